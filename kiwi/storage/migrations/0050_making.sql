-- What a client sees of a film while it is being made: what was understood, what a person is asked to look at, how far each scene is.
alter table kiwi_task
    add column understood jsonb,
    add column review jsonb,  -- of the latest question: stage, revision, message
    add column revision integer not null default 0,  -- of the storyboard; 0: there is none
    add column rendered jsonb not null default '[]',  -- percent of each scene, -1: not begun
    add column seconds_left integer;
