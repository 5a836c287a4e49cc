from django.contrib import admin

from accounts.models import Person


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ["name", "email", "group", "organisation", "is_active"]
    list_filter = ["group", "is_active", "is_staff"]
    search_fields = ["name", "email", "organisation"]
    fields = ["name", "email", "group", "organisation", "is_active", "is_staff", "date_joined"]
    readonly_fields = ["date_joined"]
