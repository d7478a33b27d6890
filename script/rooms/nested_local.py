NAMES_EXTRA = set("taken settled refused".split())

(REC.get('q_papers') or REC['papers']).update(picture='picture')
REC['identity'].update(card_at='card_at')
REC['progress'].update(confirmation='confirmation', confirm_until='confirm_until')
REC['on_behalf'].update(proxy_card_at='proxy_card_at', principal_consent='principal_consent', principal_proof='principal_proof')
REC['confirming']=dict(filings='filings', decision='decision', decided='decided')
NEW_CLASS={'confirming':'FilingsForMe'}
