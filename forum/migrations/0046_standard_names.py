"""Models, fields and constraints take the names that the field uses; no data changes."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("forum", "0002_search_index")]

    operations = [
        migrations.RemoveConstraint("letter", "a_letter_is_about_one_thing"),
        migrations.RemoveConstraint("letter", "one_unsent_letter_for_a_comment"),
        migrations.RemoveConstraint("letter", "one_unsent_letter_for_a_report"),
        migrations.RenameModel("Letter", "OutgoingMail"),
        migrations.RenameIndex("outgoingmail", "outgoing_mail_due", old_name="letter_due"),
        migrations.RenameModel("Lease", "Claim"),
        migrations.RemoveConstraint("formernumber", "former_number_once_per_theme"),
        migrations.RenameModel("FormerNumber", "OldNumber"),
        migrations.RemoveConstraint("departure", "one_departure_per_theme_and_thread"),
        migrations.RenameModel("Departure", "ThreadMove"),
        migrations.RenameIndex("threadmove", "thread_move_theme_revision", old_name="departure_theme_revision"),
        migrations.RemoveConstraint("comment", "published_is_shown_and_numbered"),
        migrations.RenameField("comment", "is_shown", "in_public_tree"),
        migrations.RemoveIndex("comment", "comment_most_supported"),
        migrations.RemoveField("comment", "backing"),
        migrations.AddField(
            "comment",
            "support_total",
            models.GeneratedField(
                db_persist=True,
                expression=F("support_count") + F("agree_count"),
                output_field=models.PositiveIntegerField(),
            ),
        ),
        migrations.AddIndex(
            "comment",
            models.Index(condition=Q(parent=None), fields=["theme", "support_total"], name="comment_most_supported"),
        ),
        migrations.AlterField(
            model_name='claim',
            name='comment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='claim', to='forum.comment'),
        ),
        migrations.AlterField(
            model_name='oldnumber',
            name='comment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='old_numbers', to='forum.comment'),
        ),
        migrations.AlterField(
            model_name='outgoingmail',
            name='entry',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='outgoing_mail', to='forum.logentry'),
        ),
        migrations.AlterField(
            model_name='threadmove',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='forum.thread'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), models.Q(('in_public_tree', True), ('published_revision__isnull', False)), _connector='OR'), name='published_is_in_the_tree_and_numbered'),
        ),
        migrations.AddConstraint(
            model_name='oldnumber',
            constraint=models.UniqueConstraint(fields=('theme', 'number'), name='old_number_once_per_theme'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment', None), ('entry__isnull', False), ('person__isnull', False), ('report', None)), models.Q(('comment__isnull', False), ('entry', None), ('person__isnull', False), ('report', None)), models.Q(('comment', None), ('entry', None), ('person', None), ('report__isnull', False)), _connector='OR'), name='outgoing_mail_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.UniqueConstraint(condition=models.Q(('sending_since', None), ('sent_at', None)), fields=('comment',), name='one_unsent_mail_for_a_comment'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.UniqueConstraint(condition=models.Q(('sending_since', None), ('sent_at', None)), fields=('report',), name='one_unsent_mail_for_a_report'),
        ),
        migrations.AddConstraint(
            model_name='threadmove',
            constraint=models.UniqueConstraint(fields=('theme', 'thread'), name='one_move_per_theme_and_thread'),
        ),
    ]
