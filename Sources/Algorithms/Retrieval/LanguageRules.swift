/// What is known about a language beyond its stemmer: words that carry no subject, how people say that they already have or do
/// not want something, and how they shorten words on a phone. Everything is written folded (see `Letter`).
struct LanguageRules: Sendable {
  let language: String
  let stemmer: Stemmer
  /// Words without a subject of their own; skipped when phrases are compared.
  let stopWords: Set<String>
  /// Word sequences after which what follows, to the end of the clause, is *not* asked for.
  let negations: [[String]]
  /// The same for what came before, as in "a website we already have".
  let negationsAfter: [[String]]
  /// Words that end the reach of a negation: "but".
  let contrasts: Set<String>
  /// Phone spellings and what they stand for.
  let shorthand: [String: String]

  /// The rules for a BCP 47 tag; for a language nothing is known about, empty ones.
  static func of(_ language: String) -> LanguageRules {
    let code = primarySubtag(language)
    return known[code] ?? LanguageRules(code)
  }

  private static let known = Dictionary(uniqueKeysWithValues: stopWords.keys.map { ($0, LanguageRules($0)) })

  private init(_ code: String) {
    self.language = code
    stemmer = Stemmer(language: code)
    func list(_ words: String) -> [String] { words.split(whereSeparator: \.isWhitespace).map(String.init) }
    func phrases(_ text: String) -> [[String]] { text.split(separator: "|").map { list(String($0)) } }
    stopWords = Set(list(LanguageRules.stopWords[code] ?? ""))
    negations = phrases(LanguageRules.negations[code] ?? "")
    negationsAfter = phrases(LanguageRules.negationsAfter[code] ?? "")
    contrasts = Set(list(LanguageRules.contrasts[code] ?? ""))
    let pairs = list(LanguageRules.shorthand[code] ?? "").map { $0.split(separator: "=").map(String.init) }
    shorthand = Dictionary(pairs.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil }, uniquingKeysWith: { first, _ in first })
  }

  /// Function words and the words every need is made of ("we need", "our group would like help"): common in any text, about
  /// nothing.
  private static let stopWords: [String: String] = [
    "en": """
    a about above after again all almost along already also although always am among an and another any anybody anyone anything
    are around as at away back be because been before being below between both but by can cannot cant could d did didnt do does
    doesnt doing done dont down during each either else enough etc even ever every everybody everyone everything few for from
    further get gets getting give given go goes going gone got had has have having he her here hers herself him himself his how
    however i id if im in instead into is isnt it its itself ive just keep keeps kind know known let like ll lot lots m made
    make makes making many may maybe me might mine more most much must my myself need needed needs neither never next no nobody
    none nor not nothing now of off often on once one ones only onto or other others our ours out over own per please put quite
    rather re really s same say see seem several shall she should since so some somebody someone something sometimes soon still
    such t take takes taking than that thats the their theirs them themselves then there therefore these they thing things think
    this those though through thus to together too toward towards try trying two under until up upon us use used uses using ve
    very via want wanted wants was wasnt way ways we well were werent what whatever when where wherever whether which while who
    whoever whom whose why will with within without wont would wouldnt yes yet you your yours yourself help helps find look
    looking like u r ur w n b
    """,
    "es": """
    a al algo alguien algun alguna algunas alguno algunos ahi alli ante antes aqui asi aun aunque bajo bien cada casi como con
    contra cosa cosas cual cuales cualquier cualquiera cuando cuanto de debe deben deber del demas desde donde dos durante e el
    ella ellas ellos en entre era eran es esa esas ese eso esos esta estaba estamos estan estar estas este esto estos fue fueron
    ha habia hace hacen hacer hacia han hasta hay he incluso ir jamas junto la las le les lo los luego mas me mi mientras mis
    mismo misma mucha muchas mucho muchos muy nada nadie ni ningun ninguna ninguno no nos nosotras nosotros nuestra nuestras
    nuestro nuestros nunca o otra otras otro otros para pero poco pocos poder podamos podemos pueda puedan puede pueden por
    porque pues que quien quienes quiera quiere quieren queremos querer quisiera quisieramos saber se sea sean segun ser si sido
    siempre sin sino sobre solo somos son soy su sus tal tambien tan tanto te tener tenemos tengo tiene tienen toda todas
    todavia todo todos tras tu u un una unas uno unos usted ustedes va vamos van varias varios vez veces ver y ya yo necesitamos
    necesita necesito necesitan necesitar ayuda ayudar buscamos algunos q xq pq tb d
    """,
    "fr": """
    a afin ai ainsi alors apres au aucun aucune aujourdhui aussi autre autres aux avant avec avoir avons ayant beaucoup bien c
    ca car ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez chose choses ci comme comment d dans de
    depuis des deux devons doit doivent donc dont du elle elles en encore entre es est et etaient etait etant ete etre eu eux
    fait faire faut fois font hors ici il ils j jamais je jusqu l la laquelle le lequel les leur leurs lors lorsqu lui m ma mais
    me meme memes mes moi moins mon n ne ni non nos notre nous on ont ou par parce parfois partout pas peu peut peuvent peux
    plus plusieurs plutot pour pourquoi pourrait pouvoir pouvons puis puisqu qu quand que quel quelle quelles quelqu quelque
    quelques quels qui quoi rien s sa sans savoir se sera ses seul seulement si soi soit sommes son sont sous souvent suis sur t
    ta tant te tel telle tes toi ton toujours tous tout toute toutes tres trop tu un une uns va vers veut veulent voici voila
    voir vos votre voudrait voudrions voulez voulons vous vraiment y besoin aider aide cherchons cherche
    """,
    "pt": """
    a agora ai ainda alem algo alguem algum alguma algumas alguns ali ao aos apenas aquela aquele aqui aquilo as assim ate bem
    cada com como contra coisa coisas da dar das de dela dele deles depois desde dessa desse desta deste do dois dos e ela elas
    ele eles em entre era essa essas esse esses esta estamos estao estar estas este estes estou eu fazer faz fazem foi foram
    gostaria gostariamos ha isso isto ja la lhe lhes lo mais mas me mesma mesmo meu minha muita muitas muito muitos na nada nao
    nas nem nenhum nenhuma no nos nossa nossas nosso nossos num numa nunca o onde os ou outra outras outro outros para pela
    pelas pelo pelos pode podem poder pois por porque pouco poucos precisa precisamos preciso precisam quais qual qualquer
    quando quanto que quem querem queremos quer se seja sem sempre ser seu seus si sido so sobre somos sua suas tal tambem tao
    te tem temos tenho ter teve toda todas todo todos tu tudo um uma umas uns vai vamos vao vez vezes voce voces ajuda ajudar
    procuramos q vc pq tb
    """,
    "ar": """
    في من الى علي عن مع هذا هذه ذلك تلك هولاء الذي التي الذين اللواتي ما ماذا لماذا كيف اين متي هل لا لم لن ليس ليست نحن انا انت
    انتم هو هي هم هن كل بعض اي ايه او ام و ثم حتي اذا ان انه انها اننا لان لكن بل قد كان كانت كانوا يكون تكون كما عند عندنا عندي
    لدينا لدي لديهم بين قبل بعد تحت فوق خلال منذ حول دون غير سوي فقط ايضا جدا كثيرا كثير كثيره قليل نريد اريد تريد يريد نحتاج
    احتاج تحتاج يحتاج يمكن يمكننا نود ارجو الرجاء شيء اشياء يا بها به بهم لها له لهم لنا لي منها منه منهم فيها فيه فيهم عليها
    عليه عليهم اليها اليه اليهم عنها عنه وهو وهي احد احدي هناك هنا الان بدنا عايزين نبغي محتاجين علشان عشان مش اللي ايش شو
    مساعده يجب ينبغي لقد سوف حين حيث مثل بشكل عده وقد ولا وما
    """,
    "sw": """
    na ya wa za la kwa ni si katika kama ili au lakini pia hii huu hiki hizi hawa hao hiyo huo hicho yake yao yetu wetu zetu
    letu chetu kwetu kwao wake wao sisi mimi wewe yeye nyinyi sana tu bila hadi mpaka wakati baada kabla kila wote zote yote
    vyote baadhi nini nani wapi vipi gani tunataka tunahitaji nataka nahitaji tunatafuta naomba tunaomba tuna tunaweza kuwa kitu
    vitu cha vya pa kwenye mwa je ndiyo hapana hakuna kuna msaada
    """,
    "ht": """
    a ak an ant ap anpil ankor apre avan avek bay bezwen chak de depi di fe gen genyen ki kijan kisa kote kou ka kap la lan li
    lot men menm mwen nan ni nou ou pa pou poutet pral sa se sou si te tout tou toujou vle vo w y yo yon youn oswa epi paske ede
    chache
    """,
  ]

  // "Instead of" is not here: what somebody wants to be rid of is the problem.
  private static let negations: [String: String] = [
    "en": """
    we already have|already have|we have already|we already use|already use|already got|dont need|do not need|dont want|do not
    want|not looking for|no need for|no need of|not interested in|not about|not asking for
    """,
    "es": """
    ya tenemos|ya tengo|ya contamos con|ya usamos|ya hay|no necesitamos|no necesito|no queremos|no quiero|no buscamos|no hace
    falta
    """,
    "fr": """
    avons deja|ai deja|a deja|dispose deja|disposons deja|utilisons deja|pas besoin|ne voulons pas|ne veux pas|ne cherchons
    pas
    """,
    "pt": """
    ja temos|ja tenho|ja usamos|ja existe|nao precisamos|nao preciso|nao queremos|nao quero|nao procuramos
    """,
    "ar": """
    لدينا بالفعل | عندنا بالفعل | لدينا اصلا | عندنا اصلا | لا نحتاج | لا احتاج | لا نريد | لا اريد | مش محتاجين | ما بدنا
    | مش عايزين
    """,
    "sw": "tayari tuna|tunayo tayari|hatuhitaji|sihitaji|hatutaki",
    "ht": "nou deja gen|deja gen|nou pa bezwen|pa bezwen|nou pa vle",
  ]

  private static let negationsAfter: [String: String] = [
    "en": "we already have|already exists|not needed|is not needed",
    "es": "ya tenemos|ya lo tenemos|ya la tenemos|ya existe",
    "fr": "nous avons deja|existe deja|l avons deja|pas necessaire",
    "pt": "ja temos|ja existe",
    "ar": "موجود بالفعل|موجوده بالفعل",
  ]

  private static let contrasts: [String: String] = [
    "en": "but and however need want so because although though", "es": "pero y sino necesitamos queremos aunque",
    "fr": "mais et besoin voulons donc car", "pt": "mas e precisamos queremos porem", "ar": "لكن ولكن بل نريد نحتاج",
    "sw": "lakini tunahitaji",
    "ht": "men nou",
  ]

  private static let shorthand: [String: String] = [
    "en": """
    2=to 4=for u=you ur=your r=are wnt=want wan=want wana=want wanna=want ned=need nd=and msg=message msgs=messages txt=text
    txts=texts ppl=people peeps=people pple=people evry=every evryone=everyone sum1=someone sum=some smthing=something
    pls=please plz=please fone=phone fones=phones fon=phone frm=from nite=night giv=give hav=have hv=have hw=how wher=where
    wen=when wat=what wud=would cud=could shud=should b4=before gr8=great tmrw=tomorrow abt=about cos=because coz=because
    bcoz=because bcz=because grp=group grps=groups mtg=meeting mtgs=meetings acct=account accts=accounts govt=government
    gov=government edu=education skul=school skool=school skuls=schools wk=week wks=weeks yr=year yrs=years hrs=hours
    mins=minutes dr=doctor hosp=hospital info=information pic=picture pics=pictures vid=video vids=videos luv=love lern=learn
    wrk=work wk=week cd=could w8=wait thru=through 2gether=together 2day=today kidz=kids gurls=girls techer=teacher tchr=teacher
    tchrs=teachers stud=student studs=students comp=computer comps=computers vols=volunteers volntr=volunteer dont=dont
    mony=money munny=money
    """,
    "es":
      "msj=mensaje msjs=mensajes msg=mensaje cel=celular cels=celulares compu=computadora compus=computadoras info=informacion",
    "fr": "msg=message msgs=messages tel=telephone ordi=ordinateur ordis=ordinateurs info=information infos=informations",
    "pt": "msg=mensagem msgs=mensagens cel=celular tel=telefone info=informacao",
  ]
}
