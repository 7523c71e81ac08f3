-- 搜索 · questions that found nothing, by day and by their folded words, never whose they were; and words that an administrator of the
-- catalogue said to mean a matter (A2.1, F158).
create table search_misses (
    day   date   not null,
    words text   not null check (char_length(words) between 1 and 80),
    asked bigint not null default 1,
    primary key (day, words)
);
comment on table search_misses is '没搜到的词，按天计数';

create table search_words (
    words    text   primary key,
    -- None once it was taken back.
    slug     text,
    position bigint not null references acts (position)
);
comment on table search_words is '搜索的词指哪个事项';
create index search_words_edition on search_words (position);
create index search_words_meaning on search_words (words) where slug is not null;
