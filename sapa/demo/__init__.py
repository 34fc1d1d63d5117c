"""An invented public library, written as SLiMS 9.7.0 would have written it."""
