-- 管理员 · who gives roles: the last of them is neither closed nor given other roles.
create index people_administrators on people (id) where active and roles @> '{administrator}';
