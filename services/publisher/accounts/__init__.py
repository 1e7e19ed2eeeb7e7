"""Setting up accounts: what each kind asks of people, whether one answers, and leaving one."""
