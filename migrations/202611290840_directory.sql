-- 基本目录和实施清单 · the basic directory, and what regions draw from it (A2.1, X.1). An entry of the directory is a row of the list that names
-- the levels by which it is exercised; a power that was drawn from it names the entry, and so does the answer that a place has no such matter.
alter table power_versions
    -- 行使层级 of an entry of the directory; null for a power.
    add column levels text[],
    -- The code of the entry that it was drawn from.
    add column entry text,
    -- What the entry says otherwise since, and from which day; null while both say the same.
    add column strays text[],
    add column strays_from date,
    add constraint power_versions_entry_or_drawn check (levels is null or entry is null),
    add constraint power_versions_strays_since check ((strays is null) = (strays_from is null)),
    drop constraint power_versions_standing_check,
    add constraint power_versions_standing_check check (standing in ('in_use', 'suspended', 'cancelled', 'merged', 'absent'));
create index power_versions_entries on power_versions (code, version) where levels is not null;
create index power_versions_drawn on power_versions (entry, region, code, version) where entry is not null;
create index power_versions_drawn_in on power_versions (region, entry, code, version) where entry is not null;
create index power_versions_strays on power_versions (strays_from, code) where strays_from is not null and effective_to is null;
