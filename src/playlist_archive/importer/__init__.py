"""What brings other archives along: old ones in git, and single files that other programs made. All become records."""
