-- 搜索的词 · words of a search are answered by a matter or by a sentence that says where to go; questions are counted by their known words
-- alone (A2.1, A3.4-06, F158).
alter table search_words
    add column sentence text check (char_length(sentence) between 1 and 300),
    add constraint search_words_one_answer check (slug is null or sentence is null);
comment on table search_words is '搜索的词指哪个事项，或者去哪里办';
drop index search_words_meaning;
create index search_words_meaning on search_words (words) where slug is not null or sentence is not null;

-- What was counted before kept whole questions, with whatever names and addresses stood in them.
delete from search_misses;
comment on table search_misses is '没搜到的词，按天计数，只有这里认得的词';
