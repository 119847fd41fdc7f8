"""Every HTML page that the builder makes: templates filled with plain values, all of them escaped.

`check_page` is the report of a check, `pictures_page` shows images that may contain text, `register_page` who is who,
`study_page` a reader study, with its `plots`; `render` fills the templates.
"""
