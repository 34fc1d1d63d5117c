"""The pages of the staff; every view says by ``needs`` which right it takes."""
