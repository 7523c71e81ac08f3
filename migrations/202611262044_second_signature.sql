-- 第二签名 · the log's SM2 key, for the second signature of its checkpoints (GB/T 32918). Made by the program that first needs it.
alter table log_key
    add column sm2_seed bytea check (octet_length(sm2_seed) = 32);
