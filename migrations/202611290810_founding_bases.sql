-- A general law of procedure says how every power is used and founds none (A2.1-04): a power that cites nothing else in force has no basis.
alter table power_bases add column founds boolean not null default true;
update power_bases
   set founds = false
 where law in ('a9a7fafada734586', 'fa36d755bfba896e', '255d1c9f906973d7', 'fb3a87542442397d', '640da9595bbdf9d3', '7aa56ddfd5509145');
