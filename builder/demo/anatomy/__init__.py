"""The bodies of the sample scans, painted tissue by tissue.

`head` and `face`, `chest` and `chest_wall`, `abdomen`, `bowel`, `pelvis`, `spine`; made of `shapes`, `trees` and
`noise`.
"""
