FREE='holds_person=False'
PROVED='needs_proof=True'
STAGE_ATTRS={'IDLE':[FREE,'may_end=False'],'OUT_OF_SERVICE':[FREE,'may_end=False'],'GUIDE':[FREE,'shows_leave=False','enter=print_guide'],'NOTICE':[FREE],'FINDING':[FREE,'enter=ask(ScanCode())'],'SLIP':[FREE,'enter=fetch_progress'],
 'SCAN':[FREE,'enter=ask(ReadCode())'],'WIPING':[FREE,'may_end=False','may_undo=False','enter=leave_visit'],'CARD':['enter=ask(ReadCard())'],'PROOF':['enter=check_face'],'VOUCHING':['enter=wait_for_voucher'],'PRINCIPAL':['enter=wait_for_principal'],
 'AUTHORITY':['enter=ask_on_entry'],'SECOND':['enter=wait_for_staff_card'],'FACTS':[PROVED,'back_from_first_part=False','enter=fetch_facts'],'PROGRESS':[PROVED,'enter=fetch_progress'],'CHOOSE':[PROVED],'FORM':[PROVED],'MATERIALS':[PROVED,'enter=request_capture'],
 'REVIEW':[PROVED],'SIGNING':[PROVED],'SUBMITTING':[PROVED,'may_end=False','may_undo=False','enter=submit'],'RECEIPT':[PROVED,'may_undo=False','enter=print_receipt'],'RATING':[PROVED,'may_undo=False','leave=send_rating'],
 'LOGIN':['enter=wait_for_login'],'CODE':['enter=watch_card_of_code'],'DESK':['back_from_first_part=False','enter=ask(LookAtDesk())'],'REPORT':['enter=fetch_month'],'HANDOVER':['enter=wait_for_staff_card','leave=log_out_gone'],'CORRECTING':['enter=request_capture'],
 'MAINTENANCE':['back_from_first_part=False','enter=examine'],'SHEET':['enter=print_report'],'GUIDED':['enter=run_test'],'SEEKING':['enter=seek_devices'],'IMPORTING':['enter=read_stick'],'CONFIRMING':[],'WITNESS':['enter=wait_for_staff_card']}
ROW_EFFECTS={('CONFIRMING','CONFIRM_FILING'):'send_decision',('CONFIRMING','REFUSE_FILING'):'send_decision',('PROGRESS','START_SELF'):'look_for_drafts',('VOUCHING','PICK'):'ask(ReadCard())',('FACTS','FactsKnown','FACTS'):'look_for_drafts_once_filing',('FACTS','FactsUnknown','FACTS'):'look_for_drafts_once_filing',
 ('FACTS','RESUME'):'drop_decided_draft',('FACTS','START_ANEW'):'drop_decided_draft',('CORRECTING','HAND_IN'):'hand_in',('SHEET','EXPORT'):'export_report',('SEEKING','WRITE'):'write_found_settings',('IMPORTING','WRITE'):'take_stick_settings',
 ('CODE','Waited'):'remind_of_wait',('CODE','LoginFailed','CODE'):'remind_of_wait',('WIPING','Wiped','IDLE'):'log_out_gone'}
DO_EFFECTS={('CODE','submit_pin'):'check_code'}
D='kiosk.visit.devices'; T='kiosk.visit.transition'; E='kiosk.visit.effects'; SE='kiosk.visit.staff_entry'; DR='kiosk.visit.draft_requests'
def _m(p): return p[:-3].replace('/','.')
EXTRA_NEEDS={
 'guide':{E:'PrintSlip',T:'Change Effects','typing':'Any','kiosk.visit.receipts':'notice_of'},
 'progress':{E:'FetchProgress ScanCode',T:'Change Effects ask','typing':'Any','kiosk.visit.state':'has_open_case',DR:'look_for_drafts'},
 'started_elsewhere':{E:'ReadCode',T:'ask'},'identity_card':{E:'ReadCard',T:'ask'},
 'face_check':{E:'CheckFace',T:'Change Effects','typing':'Any','kiosk.visit.state':'attendance_of'},
 'vouching':{E:'ReadCard',T:'Change Effects ask','typing':'Any'},
 'on_behalf':{E:'ReadCard',T:'Change Effects','typing':'Any',D:'request_capture'},
 'authority':{E:'CountPrincipals',T:'Change Effects','typing':'Any',D:'request_capture','kiosk.visit.state':'attendance_of_proxy'},
 'second_check':{SE:'wait_for_staff_card'},'presence':{SE:'wait_for_staff_card'},'confirmation':{E:'DecideFiling',T:'Change Effects','typing':'Any','kiosk.visit.state':'attendance_of'},
 'facts':{E:'DropDraft FetchFacts FetchFilings',T:'Change Effects','typing':'Any',DR:'look_for_drafts','kiosk.visit.state':'acts_for_another attendance_of card_of','kiosk.visit.draft':'is_filing'},
 'papers':{D:'request_capture'},'correction':{E:'HandInCorrection',T:'Change Effects',D:'request_capture','typing':'Any'},
 'submission':{E:'DropDraft PrintSlip Submit',T:'Change Effects','typing':'Any','kiosk.visit.receipts':'slip_of','kiosk.visit.state':'card_of'},
 'rating':{E:'SendRating',T:'Change Effects','typing':'Any','kiosk.visit.events':'Press'},
 'wiping':{E:'KeepDraft StopBell Wipe',T:'Change Effects','typing':'Any',SE:'log_out_gone','kiosk.visit.draft':'draft_of encode is_kept','kiosk.visit.state':'card_of'},
 'staff_login':{E:'CheckCode ReadCard WatchCard',T:'Change Effects','typing':'Any',SE:'remind_of_wait'},
 'desk':{E:'FetchMonth LookAtDesk',T:'Change Effects ask','typing':'Any'},
 'shift_handover':{SE:'wait_for_staff_card log_out_gone'},
 'maintenance':{E:'Examine ExportSheet PrintSlip',T:'Change Effects','typing':'Any','kiosk.upkeep.sheet_forms':'Forms','kiosk.visit.maintenance_state':'EXPORTING PRINTING whole_sheet'},
 'guided_tests':{E:'Effect LookAtCamera PlayTones PrintSlip ReadCard',T:'Change Effects','typing':'Any'},
 'settings_import':{E:'ReadStick SeekDevices TakeStick WriteSettings',T:'Change Effects','typing':'Any'},
 TXT:{T:'Change Effects Guard On',E:'ReadHand','kiosk.visit.page':'Act','typing':'Any','kiosk.visit.stages':'Overlay',_m(NAV):'cover_with'},
 STAFF:{T:'Change Effects On',E:'LogIn LogOut ReadCard Remind WatchCard','typing':'Any','kiosk.visit.page':'Act',_m(TXT):'erase',_m(NAV):'show_failure','kiosk.visit.events':'CardFailed CardLifted Waited','kiosk.visit.login_backoff':'count_down next_mark waits'},
 CAP:{T:'Change Effects On','typing':'Any',E:'CapturePaper KeepPicture','kiosk.visit.events':'PictureTaken','kiosk.visit.page':'Act','kiosk.filing.captured':'PERSON STAFF'},
 HELP:{T:'Change Effects','typing':'Any',E:'RingBell StopBell'},
}
EXTRA_CODE={}
for _part in Path('script/rooms/extra_code.txt').read_text().split('@@@ ')[1:]:
    _k,_,_c=_part.partition('\n'); EXTRA_CODE[{'TXT':TXT,'STAFF':STAFF,'CAP':CAP,'HELP':HELP}.get(_k.strip(),_k.strip())]=_c
DOC={s:s for s in STEPS}; PAGE_DOC={}; SHARED_DOC={}
SHARED_BY_NAME['choosing']['assess_as']='kiosk/visit/assessment.py'
SHARED_BY_NAME['guards']['always']='kiosk/visit/dropped.py'; SHARED_BY_NAME['actions']['nothing']='kiosk/visit/dropped.py'
for n in ('effects_of_maintaining','effects_of_going_on','_effects_of_writing'): SHARED_BY_NAME['maintaining'][n]='kiosk/visit/dropped.py'
