"""The pages of readers, without a login: phone first, and silent about who is known."""
