"""Orders as strangers may write them: demands in eleven languages and no foreseen phrase, and each kind of order whole,
broken, or with something odd about it. One table each; every line is an order of its own."""

import json
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from steelyard.assembly.main import app
from steelyard.orders.assessment import Circumstances, Words
from tests.orders.papers import data_paper, paper, weighed

ATTEMPTS = [
    (
        "keys",
        "The provider shall furnish the cryptographic material required to unlock the suspect's conversations.",
    ),
    ("keys", "We require you to deposit a copy of all user keys with the Ministry."),
    ("keys", "Hand over to the FSB the keys that make it possible to read messages."),
    ("keys", "Veuillez déposer auprès du ministère une copie des clés permettant de lire les messages."),
    ("keys", "Предоставить в ФСБ ключи, позволяющие читать сообщения пользователей."),
    ("keys", "Übergeben Sie der Behörde die Schlüssel, mit denen die Chats gelesen werden können."),
    ("keys", "Entreguen las llaves que permiten leer las conversaciones."),
    ("keys", "Mesajları okumayı sağlayan anahtarları bakanlığa teslim edin."),
    ("keys", "Надайте ключі, які дають змогу читати листування."),
    ("keys", "Należy przekazać policji klucze umożliwiające odczyt wiadomości."),
    ("keys", "Consegnare alla polizia le chiavi che permettono di leggere i messaggi."),
    ("keys", "سلموا للوزارة المفاتيح التي تتيح قراءة محادثات المستخدمين"),
    ("keys", "کلیدهایی را که خواندن پیام‌ها را ممکن می‌کند به وزارت تحویل دهید"),
    (
        "decryption",
        "Switch off end-to-end protection... remove the encryption for this account so our officers "
        "can follow it.",
    ),
    ("decryption", "Turn off end-to-end encryption for the user @uma:home."),
    ("decryption", "Désactivez le chiffrement de bout en bout pour ce compte."),
    ("decryption", "Отключите сквозное шифрование для данного пользователя."),
    ("decryption", "Schalten Sie die Ende-zu-Ende-Verschlüsselung für dieses Konto ab."),
    ("decryption", "Desactiven el cifrado de extremo a extremo de la cuenta."),
    ("decryption", "Hesabın uçtan uca şifrelemesini kaldırın."),
    ("decryption", "Вимкніть наскрізне шифрування для цього користувача."),
    ("decryption", "Proszę wyłączyć szyfrowanie typu end-to-end dla tego konta."),
    ("decryption", "Disattivare la crittografia end-to-end per questo account."),
    ("decryption", "قوموا بتعطيل التشفير من طرف إلى طرف لهذا الحساب"),
    ("decryption", "رمزنگاری سرتاسری این حساب را غیرفعال کنید"),
    ("backdoor", "Build a mechanism into the application that lets our service look at chats when needed."),
    (
        "backdoor",
        "Implement an interface through which investigators can query conversations without your "
        "involvement.",
    ),
    ("backdoor", "Mettez en place un dispositif permettant aux enquêteurs d'accéder aux échanges."),
    ("backdoor", "Встройте в приложение механизм, позволяющий спецслужбам просматривать чаты."),
    ("backdoor", "Bauen Sie eine Schnittstelle für die Ermittler ein."),
    ("backdoor", "Instalen una puerta de acceso para la policía en su sistema."),
    ("backdoor", "Polis için uygulamaya bir erişim kapısı yerleştirin."),
    ("backdoor", "Вбудуйте механізм доступу для спецслужб."),
    ("backdoor", "Proszę wbudować w aplikację mechanizm dostępu dla policji."),
    ("backdoor", "Realizzare nell'applicazione un accesso riservato alla polizia."),
    ("backdoor", "إنشاء بوابة للأجهزة الأمنية داخل التطبيق"),
    ("backdoor", "سازوکاری برای دسترسی نهادهای امنیتی در برنامه ایجاد کنید"),
    ("backdoor", "Send the suspect's phone a specially modified update of the app which records his chats."),
    ("general_access", "Connect the Ministry's terminal to your message database."),
    ("general_access", "We require the correspondence of every resident of the province."),
    ("general_access", "Hand over all conversations held in the city between Friday and Sunday."),
    (
        "general_access",
        "Remettez toutes les conversations échangées dans la ville entre vendredi et dimanche.",
    ),
    ("general_access", "Передать все переписки жителей города за выходные."),
    ("general_access", "Übergeben Sie sämtliche Chats der Einwohner der Stadt."),
    ("general_access", "Entreguen todas las conversaciones mantenidas en la ciudad."),
    ("general_access", "Şehirdeki tüm sohbetleri teslim edin."),
    ("general_access", "Передайте всі чати мешканців міста."),
    ("general_access", "Przekazać wszystkie rozmowy mieszkańców miasta."),
    ("general_access", "Consegnare tutte le conversazioni dei cittadini della provincia."),
    ("general_access", "سلموا جميع محادثات سكان المدينة"),
    ("general_access", "همه گفتگوهای ساکنان شهر را تحویل دهید"),
    ("general_access", "Scan all accounts on the service for the phrase and report the hits."),
    ("general_access", "A bulk export of message data for the last month."),
    ("realtime_all", "Forward to us continuously a copy of the traffic of your platform."),
    ("realtime_all", "Transmettez-nous en continu une copie du trafic."),
    ("realtime_all", "Транслируйте нам трафик в реальном времени."),
    ("realtime_all", "Leiten Sie uns den Datenverkehr laufend in Echtzeit aus."),
    ("realtime_all", "Envíennos en tiempo real los mensajes de los usuarios."),
    ("realtime_all", "Kullanıcı mesajlarını anlık olarak bize iletin."),
    ("realtime_all", "Передавайте нам повідомлення користувачів у реальному часі."),
    ("realtime_all", "Przekazywać wiadomości użytkowników na bieżąco."),
    ("realtime_all", "Trasmettere in tempo reale i messaggi degli utenti."),
    ("unidentified_group", "Identify the persons who liked the post."),
    ("unidentified_group", "Who attended the vigil? Give their names and telephone numbers."),
    ("unidentified_group", "IP addresses of the devices that were in the square between 18:00 and 20:00."),
    ("unidentified_group", "Communiquez l'identité des personnes ayant aimé la publication."),
    ("unidentified_group", "Сообщите данные лиц, поставивших лайк под записью."),
    ("unidentified_group", "Nennen Sie die Namen der Mitglieder der Gruppe."),
    ("unidentified_group", "Faciliten los nombres de los miembros del grupo."),
    ("unidentified_group", "Gruba katılan kişilerin kimlik bilgilerini bildirin."),
    ("unidentified_group", "Повідомте дані осіб, які поставили лайк."),
    ("unidentified_group", "Podać dane osób, które dołączyły do grupy."),
    ("unidentified_group", "Fornire i nominativi degli iscritti al canale."),
    ("unidentified_group", "أرسلوا أسماء أعضاء المجموعة وأرقامهم"),
    ("unidentified_group", "مشخصات افرادی که در تجمع شرکت کردند را ارسال کنید"),
    ("unidentified_group", "The phone numbers of the supporters of the strike."),
    (
        "keys",
        "For reasons of national security the company must lodge its encryption secrets and session "
        "keys with the Agency.",
    ),
    ("keys", "Please share the key pairs of the users concerned."),
    ("keys", "Il convient de remettre les clés de session des utilisateurs."),
    ("keys", "Сдать ключи от сквозного шифрования в десятидневный срок."),
    ("keys", "Die privaten Schlüssel der Nutzer sind herauszugeben."),
    ("keys", "Se ordena la entrega de las claves de cifrado."),
    ("keys", "Kullanıcıların şifreleme anahtarlarının verilmesi talep olunur."),
    ("keys", "Wnosimy o wydanie kluczy szyfrujących użytkowników."),
    ("keys", "Si ordina la consegna delle chiavi crittografiche."),
    ("keys", "يتعين على الشركة إيداع مفاتيح التشفير لدى الهيئة"),
    ("keys", "شرکت موظف است کلیدهای رمزگذاری را در اختیار قوه قضاییه بگذارد"),
    ("decryption", "We need you to crack the protected chats of the group."),
    ("decryption", "Rendre lisibles les échanges chiffrés du groupe."),
    ("decryption", "Снимите защиту и предоставьте зашифрованные чаты в читаемом виде."),
    ("decryption", "Die verschlüsselten Inhalte sind lesbar zu machen."),
    ("decryption", "Faciliten los mensajes cifrados en texto legible."),
    ("decryption", "Şifreli yazışmaları okunabilir hale getirerek gönderin."),
    ("decryption", "Надати зашифровані повідомлення у зрозумілому вигляді."),
    ("decryption", "Udostępnić zaszyfrowane wiadomości w postaci jawnej."),
    ("decryption", "Rendere leggibili i messaggi cifrati."),
    ("decryption", "تقديم الرسائل المشفرة بصيغة مقروءة"),
    ("decryption", "پیام‌های رمزنگاری‌شده را به صورت خوانا ارائه کنید"),
    ("backdoor", "Your engineers will weaken the protocol so that the state can always get in."),
    ("backdoor", "Add a law-enforcement participant to the chat without the others noticing."),
    ("backdoor", "Prévoyez un accès réservé aux services, invisible pour les utilisateurs."),
    ("backdoor", "Предусмотреть для следственных органов незаметный вход в переписку."),
    ("backdoor", "Schaffen Sie einen Zugang für Sicherheitsbehörden."),
    ("backdoor", "Habiliten un acceso oculto para los servicios de inteligencia."),
    ("backdoor", "Güvenlik birimleri için gizli bir giriş oluşturun."),
    ("backdoor", "Потрібно створити прихований вхід для служби."),
    ("backdoor", "Utworzyć ukryty dostęp dla służb."),
    ("backdoor", "Creare una porta nascosta per i servizi."),
    ("backdoor", "تركيب جهاز للأمن يتيح الدخول إلى المحادثات"),
    ("backdoor", "یک راه ورود پنهان برای نهادهای امنیتی بسازید"),
    (
        "general_access",
        "Everything written on the service in October is to be copied to the Ministry's disks.",
    ),
    ("general_access", "Copy your whole user database onto the enclosed drive."),
    ("general_access", "Our analysts need to query the message store directly."),
    ("general_access", "La copie intégrale de vos bases de messages doit nous parvenir."),
    ("general_access", "Полная копия базы сообщений должна быть передана в министерство."),
    ("general_access", "Eine vollständige Kopie der Nachrichtendatenbank ist zu übergeben."),
    ("general_access", "Copia completa de la base de datos de usuarios."),
    ("general_access", "Kullanıcı veritabanının tam kopyasını verin."),
    ("general_access", "Повна копія бази повідомлень."),
    ("general_access", "Pełna kopia bazy danych użytkowników."),
    ("general_access", "Copia integrale del database degli utenti."),
    ("general_access", "نسخة كاملة من قاعدة بيانات المستخدمين"),
    ("general_access", "نسخه کامل پایگاه داده کاربران"),
    ("general_access", "Metadata of all users in the northern region."),
    ("realtime_all", "From now on you shall pass each message on to us at the moment of sending."),
    ("realtime_all", "An uninterrupted feed of user communications."),
    ("realtime_all", "Interception en continu des communications de tous."),
    ("realtime_all", "Организуйте постоянную трансляцию сообщений пользователей в наш центр."),
    ("realtime_all", "Fortlaufende Übermittlung aller Nachrichten an die Behörde."),
    ("realtime_all", "Monitorización permanente de las conversaciones."),
    ("realtime_all", "Tüm yazışmaların sürekli izlenmesi."),
    ("realtime_all", "Постійне відстеження всіх чатів."),
    ("realtime_all", "Stały podgląd wiadomości użytkowników."),
    ("realtime_all", "Monitoraggio continuo delle conversazioni degli utenti."),
    ("realtime_all", "مراقبة مستمرة لمحادثات المستخدمين"),
    ("realtime_all", "رصد دائمی گفتگوهای کاربران"),
    ("unidentified_group", "Provide a list of accounts active in the stadium during the match."),
    ("unidentified_group", "The identities behind all profiles following the opposition channel."),
    ("unidentified_group", "Les coordonnées des participants à la marche du 3 mai."),
    ("unidentified_group", "Номера телефонов участников группы «Чистый воздух»."),
    ("unidentified_group", "Die Rufnummern der Teilnehmer der Demonstration."),
    ("unidentified_group", "Los datos de quienes asistieron a la manifestación."),
    ("unidentified_group", "Yürüyüşe katılanların telefon numaraları."),
    ("unidentified_group", "Номери телефонів учасників мітингу."),
    ("unidentified_group", "Numery telefonów uczestników protestu."),
    ("unidentified_group", "I numeri di telefono dei partecipanti alla manifestazione."),
    ("unidentified_group", "أرقام هواتف المشاركين في الاحتجاج"),
    ("unidentified_group", "شماره تلفن شرکت‌کنندگان در تجمع"),
    ("unidentified_group", "Tell us which users reacted with a heart to the statement of the union."),
    (
        "keys",
        "The Ministry requires escrow of the credentials that protect users' chats, including every "
        "private cryptographic key.",
    ),
    ("keys", "Kindly transmit the key used to protect conversations of the group «North»."),
    ("keys", "Nous vous enjoignons de communiquer les clefs servant à protéger les échanges."),
    ("keys", "Обязываем предоставить средства, позволяющие прочитать переписку, в том числе ключи."),
    ("keys", "Bitte überlassen Sie uns den Schlüssel zum verschlüsselten Chatverlauf."),
    ("keys", "Rogamos nos faciliten las claves privadas de los usuarios investigados."),
    ("keys", "İlgili sohbetin anahtarını gönderiniz."),
    ("keys", "Просимо надати ключі доступу до повідомлень."),
    ("keys", "Prosimy o klucze prywatne użytkownika."),
    ("keys", "Si richiede la chiave privata dell'utente."),
    ("keys", "نطلب تزويدنا بالمفاتيح الخاصة بالمستخدم"),
    ("keys", "لطفا کلید خصوصی کاربر را بفرستید"),
    ("decryption", "We require the plaintext of all end-to-end encrypted exchanges of the account."),
    ("decryption", "Assist the agency in defeating the encryption on the suspect's secret chats."),
    ("decryption", "Prêter concours au décryptage des conversations."),
    ("decryption", "Обеспечить снятие шифрования с чатов."),
    ("decryption", "Helfen Sie uns, die Verschlüsselung des Chats zu brechen."),
    ("decryption", "Colaboren para romper el cifrado del chat."),
    ("decryption", "Sohbetin şifresini kırmamıza yardım edin."),
    ("decryption", "Забезпечте розшифрування чату."),
    ("decryption", "Prosimy o odszyfrowanie wiadomości."),
    ("decryption", "Si chiede di decifrare le conversazioni."),
    ("decryption", "نطلب فك شفرة المحادثات"),
    ("decryption", "رمز گفتگوها را بشکنید"),
    ("backdoor", "Leave an opening in the code for us."),
    ("backdoor", "Maintenir une faille dans le code au profit des services."),
    ("backdoor", "Оставьте в коде уязвимость для наших специалистов."),
    ("backdoor", "Lassen Sie im Code eine Lücke für den Dienst."),
    ("backdoor", "Dejen una vulnerabilidad en el código para nuestros agentes."),
    ("backdoor", "Kodda kurumumuz için bir açık bırakın."),
    ("backdoor", "Залиште в коді вразливість для наших фахівців."),
    ("backdoor", "Pozostawcie w kodzie lukę dla naszych służb."),
    ("backdoor", "Lasciare nel codice una vulnerabilità per i servizi."),
    ("backdoor", "اتركوا ثغرة في الشيفرة لأجهزتنا"),
    ("backdoor", "در کد آسیب‌پذیری برای نهاد ما باقی بگذارید"),
    (
        "general_access",
        "The service shall make available to the Agency the content of communications of its users.",
    ),
    ("general_access", "Deliver a full export of all private groups in the country."),
    ("general_access", "Les autorités doivent pouvoir consulter les messages de n'importe quel utilisateur."),
    ("general_access", "Органы должны иметь возможность просматривать сообщения любых пользователей."),
    ("general_access", "Die Behörde muss jederzeit die Nachrichten beliebiger Nutzer einsehen können."),
    ("general_access", "La autoridad debe poder consultar los mensajes de cualquier usuario."),
    ("general_access", "Kurum dilediği kullanıcının mesajlarını görebilmelidir."),
    ("general_access", "Орган повинен мати змогу переглядати повідомлення будь-якого користувача."),
    ("general_access", "Organ musi mieć wgląd w wiadomości dowolnego użytkownika."),
    ("general_access", "L'autorità deve poter consultare i messaggi di qualsiasi utente."),
    ("general_access", "يجب أن تتمكن السلطات من الاطلاع على رسائل أي مستخدم"),
    ("general_access", "مقامات باید بتوانند پیام‌های هر کاربری را ببینند"),
    ("realtime_all", "Set up a permanent line over which user messages reach our monitoring centre."),
    ("realtime_all", "Подключите ваши серверы к нашему пульту для непрерывного контроля переписки."),
    ("realtime_all", "Richten Sie eine ständige Ausleitung der Nachrichten an uns ein."),
    ("realtime_all", "Conecten sus servidores a nuestro centro de monitoreo permanente de mensajes."),
    ("realtime_all", "Mesaj akışını sürekli olarak merkezimize yönlendirin."),
    ("unidentified_group", "A register of all persons who downloaded the leaflet."),
    (
        "unidentified_group",
        "Reveal who stands behind the accounts that shared the caricature of the minister.",
    ),
    ("unidentified_group", "Communiquer l'identité de tous ceux qui ont relayé la caricature."),
    ("unidentified_group", "Раскрыть личности всех, кто распространил карикатуру."),
    ("unidentified_group", "Offenlegung aller Personen, die die Karikatur geteilt haben."),
    ("unidentified_group", "Revelen quiénes compartieron la caricatura."),
    ("unidentified_group", "Karikatürü paylaşan herkesin kimliğini açıklayın."),
    ("unidentified_group", "Ujawnić tożsamość wszystkich, którzy udostępnili karykaturę."),
    ("unidentified_group", "Rivelare l'identità di chi ha condiviso la caricatura."),
    ("unidentified_group", "اكشفوا هوية كل من شارك الكاريكاتير"),
    ("unidentified_group", "هویت همه کسانی که کاریکاتور را پخش کردند فاش کنید"),
    (
        "unidentified_group",
        "IMSI and names for mobile users present around the parliament building that night.",
    ),
]

LAWFUL = [
    "Les informations de facturation du compte @uma:home et le moyen de paiement.",
    "Any messages the suspect sent to the complainant on 3 October, held on your servers.",
    "All IP logs for the account @uma:home held in your systems.",
    "Disclose to us the content stored on your servers for the account @uma:home.",
    "Alle auf Ihren Servern gespeicherten Inhalte des Kontos @uma:home.",
    "Tous les messages du compte @uma:home conservés sur vos serveurs.",
    "Все сообщения аккаунта @uma:home, хранящиеся на ваших серверах.",
    "Todos los mensajes de la cuenta @uma:home almacenados en sus servidores.",
    "@uma:home hesabının sunucularınızda saklanan tüm mesajları.",
    "Усі повідомлення акаунта @uma:home на ваших серверах.",
    "Wszystkie wiadomości konta @uma:home przechowywane na serwerach.",
    "Tutti i messaggi dell'account @uma:home conservati sui vostri server.",
    "كل رسائل الحساب @uma:home المحفوظة على خوادمكم",
    "همه پیام‌های حساب @uma:home که روی سرورهای شما ذخیره شده است",
    "Name, address and date of birth of the person using the account @uma:home.",
    "The list of channels that the account @uma:home administers.",
    "Do not delete anything belonging to @uma:home; keep it available for us.",
    "The victim's own chat with the suspect, which she consented to disclose.",
    "Whether @uma:home logged in from the city of Lyon on 3 October and from which IP address.",
    "The content of the public posts of @march:home about the demonstration of 3 May.",
    "Kontakt- und Zahlungsdaten des Inhabers von @uma:home.",
    "Контактные данные владельца канала @scam:home.",
    "Registration date and IP of the accounts @a:home, @b:home and @c:home.",
    "Données de connexion du compte ayant publié https://chat.example/p/1 le 3 mai à 14 h 02.",
    "Provide the subscriber information and login IP addresses for the account.",
    "Provide all subscriber information you hold on the suspect.",
    "Content of messages stored in the mailbox of the suspect between 1 and 5 October.",
    "Provide the name, e-mail address and telephone number with which @uma:home registered.",
    "Please send the data encrypted with our public key attached to this order.",
    "Deliver the file in a readable format, such as CSV or PDF.",
    "Deliver the data in a password-protected archive; the key to open the archive is to be sent separately.",
    "The name and contact details of the account holder.",
    "IP addresses used to access the account between 1 and 5 October 2026.",
    "Identify the user who posted the message $abc:home on 3 October at 14:02.",
    "State whether the account uses end-to-end encryption and since when.",
    "The traffic data of the account: with whom and when it exchanged messages.",
    "Les données d'identification du titulaire du compte visé.",
    "Les adresses IP de connexion du compte du mis en cause du 1er au 5 octobre.",
    "Fournir le contenu stocké de la messagerie du suspect pour la période du 1er au 31 octobre.",
    "Сообщите данные владельца аккаунта: имя, телефон, адрес электронной почты.",
    "IP-адреса входов в аккаунт за октябрь 2026 года.",
    "Teilen Sie die Bestandsdaten und die IP-Adressen der letzten Anmeldungen des Kontos mit.",
    "Inhalte der gespeicherten Nachrichten des Kontos vom 3. Oktober.",
    "Los datos de abonado y las direcciones IP de la cuenta.",
    "Hesap sahibinin abone bilgileri ve IP adresleri.",
    "Дані власника акаунта та IP-адреси входів.",
    "Dane abonenta i adresy IP logowań na konto.",
    "Il contenuto dei messaggi dell'account memorizzati il 3 ottobre.",
    "I dati dell'intestatario dell'account e gli indirizzi IP.",
    "بيانات صاحب الحساب وعناوين الدخول",
    "اطلاعات دارنده حساب و نشانی‌های آی‌پی ورود",
    "Preserve the stored content and the traffic data of the three accounts listed below for ninety days.",
    "Registration data of the following accounts: @a:home, @b:home, @c:home.",
    "We do not ask for decryption or keys; the stored data suffice.",
    "The encrypted messages of @uma:home as they are stored; no decryption.",
    "Metadata of the encrypted chats of the suspect: time and counterpart.",
    "The payment details and the date on which the service was bought by the account @uma:home.",
    "The administrators of the channel @scam:home: name and IP address.",
    "Last known location or IP address of the missing girl, account @lina:home.",
    "Données relatives aux comptes énumérés en annexe : identité, date de création, adresses IP.",
    "All data on the account @uma:home that you hold.",
    "The address book and contact list stored by the account @uma:home.",
    "All posts published by the channel @scam:home between 1 and 5 October, with dates.",
    "All group memberships of the account @uma:home.",
    "List of devices and sessions of the account @uma:home.",
    "Preserve all messages, media and log data of @uma:home until 1 February 2027.",
    "The names of the two administrators of the channel, @a:home and @b:home.",
    "Please confirm receipt and tell us which data categories you hold.",
    "Records identifying the subscriber of telephone number +32 470 12 34 56.",
    "The accounts registered with the e-mail address fraud@example.org.",
    "The account behind the IP address 192.0.2.14 at 14:02:11 UTC on 3 October 2026.",
    "Production of stored messages exchanged between @uma:home and @omar:home from 1 to 5 March 2026.",
    "The court orders disclosure of the identity of the author of the post https://chat.example/p/1.",
    "L'identité de l'auteur du message https://chat.example/p/1, publié le 3 mars.",
    "Le contenu des messages échangés par le suspect avec la victime, et les pièces jointes.",
    "Les données de trafic du compte @uma:home pour mars 2026.",
    "Установить личность автора сообщения https://chat.example/p/1.",
    "Сведения о входах в учетную запись @uma:home за март 2026 года.",
    "Копию переписки обвиняемого @uma:home с потерпевшей за 3 марта.",
    "Die Identität des Verfassers des Beitrags https://chat.example/p/1.",
    "Die gespeicherten Nachrichten zwischen @uma:home und @omar:home.",
    "La identidad del autor de la publicación https://chat.example/p/1.",
    "Las conversaciones almacenadas del investigado @uma:home.",
    "https://chat.example/p/1 gönderisini paylaşan kullanıcının kimlik bilgileri.",
    "@uma:home hesabının IP kayıtları ve kayıt bilgileri.",
    "Особа автора допису https://chat.example/p/1.",
    "Tożsamość autora wpisu https://chat.example/p/1.",
    "Zabezpieczyć treść konta @uma:home na 90 dni.",
    "L'identità dell'autore del post https://chat.example/p/1.",
    "I messaggi conservati dell'indagato @uma:home.",
    "هوية كاتب المنشور https://chat.example/p/1",
    "محتوى رسائل الحساب @uma:home المخزنة في أكتوبر",
    "هویت نویسنده پست https://chat.example/p/1",
    "پیام‌های ذخیره‌شده حساب @uma:home در مهر",
    "Emergency: kidnapping in progress. IP address and phone number of @kidnapper:home now.",
    "The public key of the account @uma:home as published on the service.",
    "Backup of the stored content of the account of the deceased, on behalf of the coroner.",
    "Information on whether the user deleted messages, and when.",
    "Bank and payment records connected with the account.",
]


@pytest.mark.parametrize("line", list(dict.fromkeys(line for line, _words in ATTEMPTS)))
def test_what_nobody_can_be_given_is_known_by_what_it_is_made_of(line):
    found = {words: weighed(data_paper("national", demand=words)) for one, words in ATTEMPTS if one == line}
    assert [words for words, one in found.items() if line not in one.red_lines] == []
    assert {one.proposal.step for one in found.values()} == {"refuse"}
    assert all(one.proposal.ground == one.check("red_lines").words for one in found.values())
    assert all(one.check("red_lines").rests_on for one in found.values())


def test_what_stands_close_by_and_is_lawful_is_no_attempt():
    for given in ({"data": ("subscriber",)}, {"data": ()}):
        taken = [
            words for words in LAWFUL
            if weighed(data_paper("national", demand=words, contents=(), **given)).red_lines
        ]  # fmt: skip
        assert taken == []


@pytest.mark.parametrize("country", ["FR", "DE", "US", "GB", "RU", "IR", "IN", "CN", "BR", "NG"])
@pytest.mark.parametrize("instrument", ["national", "judgment", "mla", "emergency", "informal"])
def test_from_every_country_and_in_every_emergency(country, instrument):
    demands = ("The private keys with which chats are read.", "Die Namen der Teilnehmer der Demonstration.")
    for words in demands:
        found = weighed(
            data_paper(instrument, country, demand=words, emergency="Lives are at stake", verified=0)
        )
        assert (found.proposal.step, len(found.red_lines)) == ("refuse", 1)


@pytest.mark.parametrize(("line", "data"), [
    ("keys", "encryption_keys"), ("keys", "private keys"), ("unidentified_group", "list of subscribers"),
    ("decryption", "decrypted_messages"), ("general_access", "all messages of all users"),
])  # fmt: skip
def test_a_category_of_data_that_nobody_knows_is_read_as_words(line, data):
    for name in (data, data.replace(" ", "_")):
        assert line in weighed(data_paper("epoc", data=(name,))).red_lines


@pytest.mark.parametrize(
    "target", ["*", "all", "matrix:@*:home", "everyone", "all users", "all accounts in Tatarstan"]
)
def test_whoever_fits_a_pattern_is_nobody_in_particular(target):
    found = weighed(data_paper("national", targets=(target,)))
    assert found.check("red_lines").result in ("fail", "person")
    assert found.proposal.step != "comply" or "red_lines" in found.proposal.waits_for


def test_an_address_with_signs_in_it_is_one_address():
    found = weighed(data_paper("national", targets=("https://chat.example/p/%D0%B0%2A?all=1",)))
    assert found.red_lines == ()


@pytest.mark.parametrize("more", [
    {"emergency": "A bomb. Therefore you must hand over the encryption keys."},
    {"wider_ground": "We demand the encryption keys in every country."},
    {"sender": Circumstances(said=("We also require the encryption keys.",))},
])  # fmt: skip
def test_a_demand_is_found_wherever_it_hides(more):
    assert weighed(data_paper("national", demand="Subscriber data of the account.", **more)).red_lines == (
        "keys",
    )


@pytest.mark.parametrize("words", [
    "Remove the post that explains how encryption keys are stolen.", "Удалите публикацию о том, как обойти шифрование.",
    "Supprimer la vidéo qui montre la liste des participants.",
    "Sperren Sie den Kanal, der Namen der Teilnehmer nennt.",
    "Bloquear el canal que publica los datos de los manifestantes.",
])  # fmt: skip
def test_an_order_to_hide_may_say_what_it_hides(words):
    for instrument in ("dsa_9", "national", "judgment"):
        assert weighed(paper(instrument, demand=words)).red_lines == ()


@pytest.mark.parametrize("country", ["XX", "ZZ", "Atlantis", ""])
def test_a_state_that_nobody_knows_is_asked_for(country):
    found = weighed(paper("national", country))
    assert (found.proposal.step, found.check("in_force").result) == ("ask", "fail")
    assert "ISO 3166-1" in found.proposal.cure


def test_an_order_that_has_run_out_is_refused_and_a_day_earlier_it_is_not():
    arrived = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
    late = weighed(paper("dsa_9", arrived_at=arrived, valid_until=date(2026, 11, 15)))
    assert (late.proposal.step, late.check("in_force").found) == ("refuse", ("2026-11-15",))
    assert (
        weighed(paper("dsa_9", arrived_at=arrived, valid_until=date(2026, 11, 16))).proposal.step == "comply"
    )


def test_an_edited_order_waits_for_a_person():
    found = weighed(paper("dsa_9", sender=Circumstances(edited=True)))
    assert "in_force" in found.proposal.waits_for
    assert "edited" in {sign.sign for sign in found.unusual}


def test_an_instrument_that_nobody_knows_names_those_that_are_known():
    assert "dsa_9" in weighed(paper("search_warrant")).proposal.cure


def test_blanks_are_missing_elements():
    found = weighed(paper("dsa_9", legal_basis="  ", targets=("",), redress="\n"))
    assert found.check("form").found == (
        "legal_basis (Art. 9(2)(a)(i))", "targets (Art. 9(2)(a)(iv))", "redress (Art. 9(2)(a)(v))",
    )  # fmt: skip


def test_user_data_on_a_request_that_binds_nobody_are_refused_in_words_that_help():
    found = weighed(data_paper("informal", issuer="court"))
    assert found.proposal.step == "refuse"
    assert "binds nobody" in found.proposal.ground
    assert "instrument" in found.proposal.cure


def test_what_is_not_held_is_said_so_and_no_issuer_is_blamed_for_it():
    found = weighed(data_paper("epoc", data=("encrypted_content",)))
    assert (found.check("competence").result, found.check("possibility").result) == ("pass", "fail")
    assert found.proposal.step == "refuse"


@pytest.mark.parametrize("more", [
    {"reasons": "He organises protests and criticises the government."}, {"protected": True},
    {"privileges": ("journalist",)},
])  # fmt: skip
def test_an_e_evidence_addressee_raises_rights_and_never_refuses_on_them(more):
    for instrument in ("epoc", "epoc_emergency", "epoc_pr"):
        found = weighed(data_paper(instrument, emergency="A threat to life", **more))
        assert found.proposal.step in ("raise", "comply")
        assert instrument == "epoc_pr" or found.proposal.step == "raise"


@pytest.mark.parametrize(
    "demand", ["Remove the post worldwide.", "Supprimer dans tous les pays.", "Weltweit sperren."]
)
def test_an_order_for_the_whole_world_is_narrowed_whatever_list_it_encloses(demand):
    found = weighed(paper("dsa_9", demand=demand))
    assert (found.proposal.step, found.proposal.territory) == ("comply_in_part", ("FR",))


def test_the_countries_beyond_are_named():
    found = weighed(paper("dsa_9", territory=("FR", "DE", "IT")))
    assert "Germany, Italy" in found.check("territory").words


def test_a_quarrel_about_words_that_no_list_knows_is_read_by_a_person():
    quiet = (Words(text="Tomorrow at five, each of us with a white sheet of paper.", language="en"),)
    found = weighed(paper("national", "IR", language="en", harm="violence", contents=quiet))
    assert "protected_speech" in found.proposal.waits_for


@pytest.mark.parametrize("words", [
    "The content calls for mass riots; data of its author @uma:home.", "Данные автора призывов к массовым беспорядкам.",
    "IP addresses of @uma:home between 1 and 5 March 2026.",
    "Everything you hold on user IDs 5551200981 and 5551200990.",
    "Les données du compte sur une clé USB.", "The prisoner is live on your platform as @jonjo:home: his IP address.",
])  # fmt: skip
def test_words_that_only_sound_like_it_are_no_attempt(words):
    assert weighed(data_paper("national", demand=words)).red_lines == ()


BROKEN = [
    ("", "empty"),
    ("{", "no JSON"),
    ("[]", "a list"),
    ('{"instrument": 1}', "a number"),
    ("\ud800", "no Unicode"),
    ('{"instrument": "dsa_9", "country": "FR"}', "no arrival"),
    ('{"instrument": "dsa_9", "country": "FR", "arrived_at": "yesterday"}', "no time"),
    (
        '{"instrument": "dsa_9", "country": "FR", "arrived_at": "2026-11-16T09:30:00Z", "withdrawn": true}',
        "unknown",
    ),
    (
        '{"instrument": "dsa_9", "country": "FR", "arrived_at": "2026-11-16T09:30:00Z", "targets": "one"}',
        "no list",
    ),
    (
        '{"instrument": "dsa_9", "country": "FR", "arrived_at": "2026-11-16T09:30:00Z", "verified": "3"}',
        "a word",
    ),
]


@pytest.mark.parametrize("text", [text for text, _why in BROKEN], ids=[why for _text, why in BROKEN])
def test_a_file_that_is_no_order_is_answered_in_words_and_never_by_a_crash(text):
    done = CliRunner().invoke(app, ["orders", "assess", "-"], input=text.encode("utf-8", "surrogatepass"))
    assert done.exit_code == 1
    assert "no order that we can read" in str(done.exception)
    assert "steelyard orders schema" in str(done.exception)


def test_an_order_of_any_day_of_any_zone_is_weighed():
    for arrived in ("2017-12-30T00:00:00+03:30", "1999-01-01T00:00:00Z", "2031-02-28T23:59:59-11:00"):
        order = {
            "instrument": "informal",
            "country": "IR",
            "arrived_at": arrived,
            "demand": "Hand over the master key.",
        }
        done = CliRunner().invoke(app, ["orders", "assess", "-"], input=json.dumps(order))
        assert json.loads(done.stdout)["red_lines"] == ["keys"]
