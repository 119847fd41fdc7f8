"""Finds text that is burned into the pixels of CT, MR and PET images: candidates first, which are then read."""
