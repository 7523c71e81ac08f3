-- 准予的理由 · a case whose survey failed or whose examiner proposed to deny is granted with a reason only: the fold says so now.
update cases c
   set state = c.state || '{"doubted": true}'
 where exists (select from acts a
                where a.subject_kind = 'case'
                  and a.subject = c.case_no
                  and (a.kind = 'case.surveyed' and a.public_body::jsonb -> 'passed' = 'false'
                    or a.kind = 'case.examined' and a.public_body::jsonb ->> 'outcome' = 'propose_deny'));
