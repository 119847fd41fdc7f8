"""The reading form beside the images: who reads, which case, the questions, and what is saved where."""
