"""What each person does with the library, in numbers: facts, the stage of the lifecycle, and who is key."""
