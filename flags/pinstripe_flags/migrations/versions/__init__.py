"""One file for each revision; a revision never changes once it was released."""
