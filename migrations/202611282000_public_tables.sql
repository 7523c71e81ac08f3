-- 开放数据目录 asks when a public table last changed: the latest act of a few kinds. Acts on cases, nearly all there are, are none of them.
create index acts_of_tables on acts (kind, at) where subject_kind <> 'case';
