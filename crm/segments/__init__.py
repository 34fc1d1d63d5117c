"""Segments: rules that say which readers are meant, who they are today, and who came and went."""
