"""How languages say that someone said something: the starter corpus's nine and Bulgarian. Data, no rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a language attributes speech.

    `says` are verb forms that a clause can follow, `names` those that only quote a word or two ("called it …"). A "+"
    in a form adds endings: "заявил+а+и". `that` joins the clause to the verb, at most `reach` code points on; `bare`
    begins one that is joined by nothing ("said the wall …"). `sources` begin a phrase that attributes a sentence, up to
    a comma; `inverted` is one that does so without (German, Polish). `me` are subjects that make it the author's own.
    """

    says: str
    names: str
    that: str
    sources: str
    bare: str = ""
    unsaid: str = ""
    inverted: str = ""
    reach: int = 60


GRAMMARS = {
    "en": Grammar(
        says="said says say told tells add+ed+s claim+ed+s+ing argue+d+s stated insist+ed+s warn+ed+s"
        " explain+ed+s announced reported reports noted declared allege+d+s wrote writes assert+ed+s"
        " complain+ed+s admit+ted+s confirmed suggest+ed+s replied answered acknowledged believe+s"
        " believed thinks promised denied concluded maintain+ed+s stressed",
        names="call+ed+s describe+d+s denounce+d+s criticised criticized dubbed labelled labeled spoke speaks"
        " accuse+d+s",
        that=r"that\s",
        bare=r"\s(?=(?:the|an?|he|she|it|they|we|his|her|their|its|this|these|those|there|no|some|all|most)\s)",
        sources=r"according to|in the (?:words|view|opinion) of",
        unsaid="i we who which that",
    ),
    "ru": Grammar(
        says="заявил+а+и+о заявля+ет+ют+л+ла+ли сказал+а+и говор+ит+ят+ил+ила+или"
        " сообщ+ил+ила+или+ает+ают+алось отметил+а+и отмеча+ет+ют подчеркнул+а+и утвержда+ет+ют+л+ла+ли"
        " счита+ет+ют+л+ла+ли полага+ет+ют+л+ла+ли добавил+а+и пояснил+а+и объяснил+а+и рассказал+а+и"
        " призна+л+ла+ли+ёт предупредил+а+и предупрежда+ет+ют написал+а+и пиш+ет+ут уверя+ет+ют+л"
        " уверен+а+ы ответил+а+и напомнил+а+и пообещал+а+и передал+а+и переда+ёт+ет уточнил+а+и"
        " настаива+ет+ют+л+ла+ли жаловались опасается опасаются",
        names="назвал+а+и называ+ет+ют+л+ла+ли окрестил+а+и описал+а+и обвинил+а+и призвал+а+и",
        that=r",\s+(?:что|будто|якобы)\s",
        sources=r"по (?:его |её |их )?(?:словам|мнению|данным|оценк\w+|информации|утверждению)|согласно"
        r"|как (?:сообщ|заяв|пиш|отме|сказ|говор|утвержд|рассказ|поясн|уточн|подчерк)\w+",
        unsaid="я мы кто который которая которые",
    ),
    "uk": Grammar(
        says="заявив заявил+а+и заявля+є+ють сказав сказал+а+и каж+е+уть говор+ить+ять"
        " повідом+ив+ила+или+ляє+ляють зазнач+ив+ила+или+ає+ають наголос+ив+ила+или підкресл+ив+ила+или"
        " стверджу+є+ють+вав+вала+вали вважа+є+ють дода+в+ла+ли+є поясн+ив+ила+или розпов+ів+іла+іли"
        " написав написал+а+и пиш+е+уть запевн+яє+яють+ив+ила+или визна+в+ла+ли",
        names="назвав назвал+а+и назива+є+ють описав звинувати+в+ла+ли",
        that=r",?\s+(?:що|ніби|нібито|буцімто)\s",
        sources=r"за (?:його |її |їх(?:німи)? )?(?:словами|даними|інформацією|оцінк\w+)|на думку|згідно"
        r"|як (?:повідом|заяв|пиш|зазнач|сказ|каж|розпов|поясн|додал|додав)\w+",
        unsaid="я ми хто який яка які",
    ),
    "fr": Grammar(
        says="déclaré affirmé assuré indiqué expliqué ajouté annoncé dit estimé précisé souligné rappelé"
        " reconnu répondu prévenu prétendu soutenu écrit raconté confirmé déclare+nt affirme+nt"
        " assure+nt indique+nt explique+nt ajoute+nt disent estime+nt prétend+ent soutien+t soutiennent"
        " précise+nt souligne+nt annonce+nt répond+ent répète+nt jure+nt rappelle+nt reconnaît prévien+t"
        " préviennent",
        names="qualifié qualifie+nt qualifiait dénoncé dénonce+nt dénonçait appelle+nt appelait parlé"
        " parle+nt parlait décrit",
        that=r"que\s|qu['’]",
        sources=r"selon|d['’]après|de l['’]avis d\w*|à en croire|aux yeux d\w*",
        unsaid="je nous j qui",
    ),
    "de": Grammar(
        says="sagte+n sagt+en sagen gesagt erklärte+n erklärt+en betonte+n betont behauptete+n behauptet"
        " behaupten meinte+n meint meinen teilte+n teilt berichtete+n berichtet berichten schrieb+en"
        " schreibt warnte+n warnt+en kritisierte+n antwortete+n ergänzte+n fügte versicherte+n"
        " entgegnete+n räumte+n glaubt kündigte+n hieß wies verwies+en argumentierte+n bestätigte"
        " mahnte+n forderte+n",
        names="nannte+n nennt nennen bezeichnete+n bezeichnet bezeichnen sprach+en spricht sprechen warf+en wirft",
        that=r",\s+(?:(?:dass|daß|ob|wonach)\s|(?=\w))",
        sources=r"laut|nach (?:den )?(?:worten|angaben|aussagen?|ansicht|auffassung|einschätzung|darstellung)"
        r"|(?:[\w-]+ ){1,3}zufolge",
        unsaid="ich wir wer",
        inverted=r"(?:laut|nach (?:angaben|aussagen?|ansicht|auffassung|einschätzung|darstellung))\s",
    ),
    "es": Grammar(
        says="dijo dijeron dice+n dicho afirm+ó+aron+a+an+ado asegur+ó+aron+a+an+ado declar+ó+aron+a+ado"
        " señal+ó+aron+a+an+ado explic+ó+aron+a+an+ado añadi+ó+eron añade agreg+ó+aron sostuvo"
        " sostiene+n indic+ó+aron+a advirti+ó+eron advierte+n denunci+ó+aron+a+an aclar+ó+aron"
        " coment+ó+aron reconoci+ó+eron respondi+ó+eron insist+ió+e+en subray+ó+aron manifest+ó+aron"
        " asever+ó aleg+ó+an cree+n opina+n considera+n recordó inform+ó+aron anunci+ó+aron",
        names="calific+ó+a+an+aron llam+ó+a+an+aron tach+ó+a+aron tild+ó+a+aron describ+ió+e habl+ó+a+an+aron",
        that=r"que\s",
        sources=r"según|de acuerdo con|a juicio de|en palabras de|en opinión de",
        unsaid="yo nosotros quien quién alguien",
    ),
    "ar": Grammar(
        says="قال قالت قالوا يقول تقول يقولون أكد أكدت يؤكد تؤكد صرح صرحت أعلن أعلنت أضاف أضافت أوضح أوضحت"
        " ذكر ذكرت اعتبر اعتبرت زعم زعمت يزعم يزعمون ادعى ادعت يرى ترى أشار أشارت كتب كتبت حذر حذرت"
        " اعترف اعترفت رد ردت أجاب أجابت",
        names="وصف وصفت وصفه وصفها وصفته وصفتها وصفوه ووصفته ووصفه ووصفها سمى سماه اتهم اتهمت",
        that=r"\sب?[إأا]ن[\u064b-\u0652]*(?:ه|ها|هم|هما|نا)?[\u064b-\u0652]*\s",
        sources=r"(?:وفق|بحسب|حسب|طبق|نقلا عن|على حد قول)[\w\u064b-\u0652]*",
        reach=90,
    ),
    "pl": Grammar(
        says="powiedział+a powiedzieli mówi+ą+ł+ła+li twierdz+i+ą+ił+iła+ili stwierdził+a stwierdzili oświadczył+a"
        " oświadczyli podkreślił+a podkreśla+ją dodał+a dodali dodaje poinformował+a poinformowali informuje uważa+ją"
        " uznał+a zaznaczył+a zaznacza wyjaśnił+a wyjaśnia przyznał+a przyznali przekonuje przekonywał+a zapewnił+a"
        " zapewnia+ją napisał+a napisali pisze odpowiedział+a odpowiedzieli ostrzega+ją ostrzegł+a przekazał+a"
        " ocenił+a ocenia zapowiedział+a tłumaczy+ł+ła argumentuje odparł+a",
        names="nazwał+a nazwali nazywa+ją określił+a określa opisał+a oskarżył+a mówiąc",
        that=r",\s+(?:że|iż|jakoby)\s",
        sources=r"zdaniem|według|w (?:opinii|ocenie)|jak (?:poinform|powiedz|poda|podkreśl|twierdz|zaznacz|wyjaśni)\w+",
        unsaid="ja my kto który która którzy",
        inverted=r"(?:zdaniem|według|w (?:opinii|ocenie))\s",
    ),
    "bg": Grammar(
        says="каза+ха каза̀ казва+т заяв+и+иха+ява+яват твърд+и+ят съобщ+и+иха+ава+ават обяв+и+иха смята+т"
        " добав+и+иха подчерта+ха пише+ше обясн+и+иха призна+ха предупред+и+иха посоч+и+иха",
        names="нарече нарича+т описа определ+и+я",
        that=r",?\s+че\s",
        sources=r"според|по (?:думите|данни|мнение) на|както (?:съобщ|каз|заяв|пиш)\w+",
        unsaid="аз ние кой който която които",
    ),
}

# Chinese has no words to look up. Verbs that a clause can follow at once; verbs that need 说, a comma or a colon.
ZH_CLAUSE = (
    "表示|指出|强调|強調|认为|認為|宣称|宣稱|声称|聲稱|透露"
    "|坦言|坚称|堅稱|报道称|報導稱|回应称|回應稱|通报称|通報稱|补充说|補充說"
)
ZH_VERB = (
    "介绍|介紹|解释|解釋|反驳|反駁|警告|回应|回應|答复|答覆|主张|主張|质疑|質疑|提醒|证实|證實|写道|寫道"
    "|呼吁|呼籲|承认|承認|否认|否認|直言|抱怨|补充|補充"
)
ZH_REPORT = "报道|報導|消息|说法|說法|介绍|介紹|透露|表示|通报|通報|报告|報告"
ZH_NAMES = (
    "称|稱|称为|稱為|称作|稱作|叫做|形容|痛批|怒斥|质疑|質疑"
    "|批评|批評|指责|指責|喊出|高呼|所说|所說|说成|說成|视为|視為"
)
ZH_ME = "我|我们|我們|笔者|筆者|本报|本報"
# Before 说 these make it no saying: 可以说, 换句话说, 也就是说, 总的来说 and their like.
ZH_NO_SAYING = "来來话話是以实實白地虽雖再不想别別难難么麼样樣"
