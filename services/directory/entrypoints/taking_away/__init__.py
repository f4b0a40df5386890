"""What people take away: leaflets, what is on, lists on paper, by link, by email and by text, weekly mails."""
