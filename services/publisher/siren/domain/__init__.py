"""The siren's rules: what officers sign, what an alert becomes, what each channel is to show."""
