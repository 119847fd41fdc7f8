"""The reading form beside the images: who reads, which case, the questions, and where answers are saved.

`begin` begins a reading, `start` asks who reads, `about_reader` what the form asks of each
reader once; `panel` shows `questions`, which consist of `fields`, each a `field`,
some of them `choices`, a `slider`, or `rated` marks, in the `style`; `keys` work everywhere; `control` ties the session
to the window, `images` the answers to the images, with the distances that `offers` finds there.
"""
