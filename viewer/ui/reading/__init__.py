"""The reading form beside the images: who reads, which case, the questions, and what is saved where.

`begin` begins a reading, `start` asks who reads; `panel` shows `questions`, each of `fields` a `field`, some of
`choices`, in the `style`; `control` ties the session to the window.
"""
