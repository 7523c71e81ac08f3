-- A consent may be to a relative or friend instead of an agent at a point (B5; 行政许可法 29).
alter table consents alter column point drop not null;
