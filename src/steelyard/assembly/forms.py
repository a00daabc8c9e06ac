"""How every form of the project is drawn: our field template, for portal and console alike."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` in the project's own look."""

    form_template_name = "steelyard/form.html"
    field_template_name = "steelyard/field.html"
