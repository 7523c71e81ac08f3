-- 文号 · one serial for each agency, year and word (许准, 许受, …). The row is locked until the act that takes a number commits, so the
-- numbers have no gap; other agencies and other kinds of document do not wait.
create table document_numbers (
    agency text not null,
    year   int  not null,
    word   text not null,
    last   int  not null,
    primary key (agency, year, word)
);
comment on table document_numbers is '文号流水';
