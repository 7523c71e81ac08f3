-- What somebody reads on a letter, its 文号, leads to the act that issued it (F147).
create index acts_document_no on acts (substring(public_body from '"document_no":"([^"]*)"')) where public_body like '%"document_no":%';
comment on index acts_document_no is '文号所在的行为';
