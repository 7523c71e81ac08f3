-- 见证 · witnesses of the log (F150, H40): other bodies that cosign its heads, each asked by itself, and what they signed.
create table witnesses (
    key         text primary key,
    name        text not null,
    url         text not null,
    since       timestamptz not null,
    until       timestamptz,
    size        bigint not null default 0 check (size >= 0),
    cosigned_at timestamptz,
    failures    integer not null default 0,
    retry_at    timestamptz,
    trouble     text check (trouble in ('silent', 'unknown', 'other_key', 'ahead', 'split', 'rewritten', 'false', 'clock', 'odd'))
);
comment on table witnesses is '见证人：公钥、地址、最近一次见证到第几条';
comment on column witnesses.until is '从什么时候起不再请它见证；空的还在请';
comment on column witnesses.trouble is '最近一次没有见证成是为什么；空的是成了';

-- Heads are kept in log_checkpoints; a row there may be lost with an old backup while its cosignature is still evidence.
create table log_cosignatures (
    size        bigint not null,
    witness     text not null references witnesses (key),
    line        text not null,
    cosigned_at timestamptz not null,
    primary key (size, witness)
);
comment on table log_cosignatures is '见证人在检查点上的签名';
