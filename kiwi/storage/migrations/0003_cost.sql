-- What a film would cost, as told before anything was bought, and what it has cost so far.
alter table kiwi_task add column estimate jsonb, add column cost jsonb;
