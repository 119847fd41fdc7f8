"""One class for each failure that a researcher can meet; each message ends with advice.

`build` has the failures while making a bundle, `drive` those with its drive, `change` those while changing one,
`media` those with discs and several media, `decisions` those with a table of decisions, `choosing` those with a plan,
`register` those with the register beside a key, `report` those with reports that are kept, `study` those with a reader
study, `sealing` those with encrypted media.
"""
