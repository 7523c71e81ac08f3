-- 任务 · a timer of the law is never given up: it is tried again every hour until it is done (B4.1).
drop index jobs_due;
create index jobs_due on jobs (run_at);
create index jobs_failing on jobs (attempts) where attempts > 0;
