-- Who can mend what went wrong: 'client', 'operator'; empty: nothing did.
alter table kiwi_task add column fault text not null default '';
