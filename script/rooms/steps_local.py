STEPS.update({'confirmation':'CONFIRMING','presence':'WITNESS'})
EXTRA_ACT=['confirming','presence','looking_at_papers']; EXTRA_TABLES=['table_acting','table_writing']; EXTRA_ROWFUNCS={'writing'}; EXTRA_ANEW={'KEEP_PICTURE'} and set(); TABLES_ORDER=['table_acting','table','table_staff','table_upkeep']
PICTURE_STAGES=('MATERIALS','CORRECTING','PRINCIPAL','AUTHORITY')
OVERLAY_STEP={'FILED_SERVICES':'confirmation','UNCONFIRMED':'authority','ENTRY':'guide','OTHER_TIME':'facts','OTHER_WAY':'facts','WHY':'services','PLAN':'submission','LETTERS':'questions','CHANGE':'review','OTHER_FILING':'desk'}
NAV='kiosk/visit/navigation.py'; TXT='kiosk/visit/text_entry.py'; CAP='kiosk/visit/devices.py'; STAFF='kiosk/visit/staff_entry.py'; ANS='kiosk/visit/answers.py'; HELP='kiosk/visit/help_call.py'; IDN='kiosk/visit/identity.py'; PRN='kiosk/visit/devices.py'
P_STAFF='kiosk/visit/page_parts/staff_login.py'
SHARED={}
SHARED_BY_NAME={
 'acting':{'NUMBER_PLACES':TXT,'type_number':TXT,'is_proxy':IDN,'can_capture':CAP,'is_same':IDN,'_is_own':IDN},
 'actions':{**{n:NAV for n in 'nothing forget cover_with close_overlay change_view turn_leaf next_part previous_part note_failure'.split()},
   **{n:HELP for n in 'call_helper call_off take_bell'.split()},'PRINTER_FAILURES':PRN,'clear_printer_failure':PRN,'consent_with_face':IDN,'drop_card':IDN,'note_no_picture':CAP,
   'ask_to_sign':NAV,'application_of':'kiosk/visit/steps/submission/actions.py','_filing':'kiosk/visit/steps/submission/actions.py'},
 'answering':{**{n:TXT for n in 'NOTHING_BEGUN erase spell take_character join_parts write_otherwise take_strokes take_signs'.split()},'unanswer':ANS},
 'choosing':{'leave_out':ANS,'explain':NAV},
 'finding':{'has_scanner':CAP},
 'guards':{'always':NAV,'not_first_part':NAV,'something_answered':ANS,'papers_open':ANS},
 'maintaining':{**{n:'kiosk/visit/maintenance_state.py' for n in 'PAGES OF_A_TECHNICIAN PRINTING EXPORTING WRITTEN forget_note drop_found whole_sheet Action'.split()},
   'SECONDS_A_MINUTE':'kiosk/visit/idle_timeout.py','idle_limit':'kiosk/visit/idle_timeout.py','effects_of_maintaining':'kiosk/visit/steps/maintenance/actions.py','effects_of_going_on':'kiosk/visit/steps/maintenance/actions.py','_effects_of_trial':'kiosk/visit/steps/guided_tests/actions.py','_effects_of_writing':'kiosk/visit/steps/settings_import/actions.py'},
 'mending':{'is_waited_for':CAP,'papers_of':'kiosk/visit/steps/correction/actions.py'},
 'staffing':{n:STAFF for n in 'CARD_IS_OF_NO_USE pin_complete pin_growing another_pin_helps take_staff_card type_pin knock turn_away ask_another_card refuse_right begin_anew let_in _is_own log_out'.split()},
 'waiting':{**{n:'kiosk/visit/login_backoff.py' for n in 'MINUTE QUARTER _unit shown next_mark count_down waits'.split()},'waiting':P_STAFF},
 'pages_acting':{'NUMBER_GROUPS':'kiosk/visit/page_parts/number_entry.py','LAST_PLACE':'kiosk/visit/page_parts/number_entry.py','STEP':'kiosk/visit/page_parts/number_entry.py','last_place':'kiosk/visit/page_parts/number_entry.py','_keypad':'kiosk/visit/page_parts/number_entry.py'},
 'pages_after':{'ALL_DONE':'kiosk/visit/page_parts/wording.py'},
 'pages_dates':{'month_words':'kiosk/visit/page_parts/wording.py'},
 'pages_filing':{'_private':'kiosk/visit/page_parts/wording.py','in_groups':'kiosk/visit/page_parts/wording.py','_examples':'kiosk/visit/steps/questions/page.py'},
 'pages_identity':{'sentence_or_failure':'kiosk/visit/page_parts/wording.py'},
 'pages_of_rules':{'_plan_row':'kiosk/visit/steps/submission/page.py'},
 'pages_on_top':{n:'kiosk/visit/page_parts/overlays.py' for n in 'help_page leave still_here'.split()},
 'pages_staff':{**{n:P_STAFF for n in 'HIDDEN PIN_GROUPS erase door _pin'.split()},**{n:'kiosk/visit/page_parts/staff_case.py' for n in 'LONGEST_REASON _shortened _matter'.split()}},
 'pages_upkeep':{n:'kiosk/visit/page_parts/report_rows.py' for n in 'LINES LINES_LOW LONGEST ADDRESS shortened _address'.split()},
 'pages_writing':{n:'kiosk/visit/page_parts/text_entry.py' for n in 'COMMON NAMED SHOWN Asked written _writing candidates _plain rare FIRST_STEP FORM_STEP'.split()},
}
RENAME={
 ('choosing','take_facts'):'keep_facts',('choosing','go_without_facts'):'continue_without_facts',('begun','take_facts'):'take_facts',('begun','go_without_facts'):'take_no_facts',('begun','go_on'):'resume_draft',('begun','begin_anew'):'discard_draft',
 ('choosing','take_draft'):'offer_draft',('choosing','dispute'):'dispute_fact',
 ('staffing','turn_away'):'reject_login',('handing_over','turn_away'):'reject_takeover',('staffing','ask_another_card'):'reject_staff_card',('handing_over','ask_another_card'):'reject_takeover_card',
 ('handing_over','begin'):'begin_handover',('handing_over','refuse'):'refuse_takeover',
 ('staffing','knock'):'submit_pin',('staffing','begin_anew'):'ask_for_staff_card',('staffing','let_in'):'open_session',('staffing','put_month_away'):'forget_month',('staffing','refuse_own'):'refuse_typed_number',
 ('staffing','take_own'):'take_typed_number',('staffing','type_own'):'begin_typing_number',('staffing','types_own'):'is_typing_number',('staffing','own_card'):'is_staff_card',('staffing','refuse_own_card'):'refuse_staff_card',
 ('acting','refuse_own'):'refuse_own_card',('acting','_for'):'_act_for',
 ('authorising','unsay'):'undo_last_point',('authorising','something_said'):'has_points',('authorising','signs'):'is_signing',('authorising','mark'):'sign_by_cross',
 ('maintaining','hinder'):'block_test',('maintaining','see'):'take_camera_sample',('maintaining','hear'):'take_answer',('maintaining','draw'):'take_test_ink',('maintaining','clear'):'clear_test_ink',('maintaining','sign'):'finish_signature_test',
 ('maintaining','again'):'restart_test',('maintaining','give_up'):'abort_test',('maintaining','put_away'):'finish_test',('maintaining','drop_trial'):'leave_test',('maintaining','touch'):'take_touch',('maintaining','take_back'):'erase_answer',
 ('maintaining','pass_card'):'pass_card_test',('maintaining','begin'):'begin_test',('maintaining','wish'):'request',('maintaining','note'):'confirm',('maintaining','write'):'write_settings',('maintaining','note_failure'):'show_export_failure',('maintaining','forget_note'):'leave_subpage',
 ('maintaining','take_written'):'show_written',('maintaining','not_written'):'show_not_written',('maintaining','reads'):'is_card_test',('maintaining','looks'):'is_camera_test',('maintaining','hears'):'is_tone_test',('maintaining','prints'):'is_slip_test',('maintaining','touches'):'is_touch_test',('maintaining','signs'):'is_signature_test',
 ('maintaining','none_begun'):'has_no_test',('maintaining','one_begun'):'has_test',
 ('mending','take_up'):'start_correction',('mending','put_away'):'finish_correction',('mending','hand_in'):'submit_correction',('mending','not_kept'):'show_not_stored',('mending','may_take_up'):'may_start_correction',
 ('finding','put_slip_away'):'forget_slip',
 ('actions','note_failure'):'show_failure',('actions','forget'):'reset_visit',('actions','nothing'):'keep',('actions','note_no_picture'):'show_no_picture',('actions','note_refusal'):'show_late_refusal',('actions','not_stored'):'show_not_stored',
 ('checking','note_limit'):'show_limit',
 ('pages_staff','door'):'login_page_of',
}
RENAME_SKIP=True
ROWFUNC_NAME={'writing':'text_entry_transitions','_writing':'text_entry_transitions','door':'login_transitions','card_and_pin':'card_and_pin_transitions'}
ROWFUNC_HOME={'writing':'kiosk.visit.text_entry','_writing':'kiosk.visit.text_entry','door':'kiosk.visit.staff_entry','card_and_pin':'kiosk.visit.staff_entry'}
exec(Path('script/rooms/steps_extra.py').read_text())
PP='kiosk/visit/principal_presence.py'; ASM='kiosk/visit/assessment.py'
SHARED_BY_NAME['presence']={n:PP for n in 'drop_presence go_without_presence _witnessed'.split()}
SHARED_BY_NAME['pages_picture']={n:'kiosk/visit/page_parts/picture.py' for n in 'STEPS picture _choices'.split()}
SHARED_BY_NAME['pages_presence']={'STEP':'kiosk/visit/page_parts/presence.py'}
SHARED_BY_NAME['authorising']={'assesses_by_card':ASM}
SHARED_BY_NAME['choosing'].update({'_assess':ASM,'told_facts':ASM})
SHARED_BY_NAME['looking_at_papers']={n:CAP for n in 'CAPTURING shown_picture is_waited_for is_shown show take_again discard keep without_stale_picture'.split()}
RENAME.update({('looking_at_papers','is_shown'):'is_picture_shown',('looking_at_papers','show'):'show_picture',('looking_at_papers','take_again'):'retake_picture',('looking_at_papers','discard'):'discard_picture',('looking_at_papers','keep'):'confirm_picture',('looking_at_papers','is_waited_for'):'is_picture_waited_for',
 ('choosing','_assess'):'assess_facts',('presence','_witnessed'):'with_witness',('confirming','go_on'):'next_filing',('confirming','note_not_sent'):'show_not_sent',('confirming','decide'):'decide_filing'})
