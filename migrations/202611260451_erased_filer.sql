-- Who handed an erased case in goes with it (F152).
alter table cases alter column filed_by drop not null;
update cases set filed_by = null where state -> 'filed_by' = 'null';
