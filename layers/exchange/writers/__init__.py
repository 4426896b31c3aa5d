"""One writer a format: `write(job)` leaves files in the job's folder. Child process only."""
