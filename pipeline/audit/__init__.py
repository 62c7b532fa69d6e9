"""An archive and what the auditor brings → claims: what holds, what does not, what is open."""
