-- 草稿随填随存 · which page wrote each step of a draft last, and how often the step was written: of two devices at one step the second is
-- told, and neither wipes the other (F070, H17). {"<step>": {"page": uuid, "times": n, "turn": n}}
alter table drafts add column pages jsonb not null default '{}';
comment on column drafts.pages is '每一步最后由哪个页面保存，保存过几次';
