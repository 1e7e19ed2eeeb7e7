"""The words of the made-up readers; nobody of these names exists."""

COMMENTERS = (
    "Aina", "Bertil", "Cecilia", "Dragan", "Elsa", "Farid", "Gunilla", "Hamza", "Ingrid", "Jonas",
    "Khadija", "Leif", "Maja", "Nils", "Olga", "Petra", "Rasmus", "Samira", "Tage", "Ulla",
)  # fmt: skip

REMARKS = (
    "Tack för tydlig information!",
    "Vilka öppettider gäller i helgen?",
    "Gäller det här även oss som bor i norra delen?",
    "Så fint att få se vilka som jobbar där.",
    "Bra skrivet, delar vidare till mamma.",
    "Går det att boka tid på nätet också?",
    "Har väntat på det här beskedet, toppen.",
    "Hur gör man om man inte har mobilt BankID?",
    "Heja er, ni gör ett viktigt jobb!",
    "Finns informationen på andra språk?",
    "Numret verkar upptaget hela tiden, är det fler som märkt det?",
    "Kan man ta med barn?",
    "Kostar det något?",
    "Bra initiativ, mer sådant!",
    "Var hittar jag närmaste mottagning?",
    "Jag fick jättebra hjälp förra veckan, tack!",
    "Stämmer tiden verkligen? På skylten står det något annat.",
    "Behöver man remiss?",
    "Är det samma telefonnummer som förut?",
    "Tack, då vet jag!",
)
