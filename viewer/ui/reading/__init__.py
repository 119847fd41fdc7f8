"""The reading form beside the images: who reads, which case, the questions, and where answers are saved.

`begin` begins a reading, `start` asks who reads; `panel` shows `questions`, which consist of `fields`, each a `field`,
some of them `choices`, in the `style`; `keys` work everywhere; `control` ties the session to the window.
"""
