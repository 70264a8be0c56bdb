"""What a model's answers are worth: one measure, or one family of them, a file."""
