"""How vendors are hired, whoever they are: buy, watch, fetch, develop. Imports `kiwi.local` and below."""
