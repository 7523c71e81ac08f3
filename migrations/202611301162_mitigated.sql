-- 减轻处罚 · on which ground of the law a penalty is below all that its standard gives (A2.3-02; 行政处罚法 30–32).
alter table discretion_decisions add column mitigated text;
