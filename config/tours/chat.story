# Chat support: from the first words to the survey
at: 2026-03-02 10:00 America/Los_Angeles

# What can be tried first, and who would answer now.
lena types in #chat-support: /escalate help
| 10:00 only lena sees: *Asking for help*
|   In this channel Chat support answers.
|   *What you can try yourself:* The articles answer most questions: search there first.
|   • https://help.example.com/articles
|   *Who is asked, as it stands now:*
|   1. Agents: Nadia Haddad and Jonas Weber, for 2 minutes
|   If nobody can, Priya Nair is asked.
|   • `/escalate` opens the form
|   • `/escalate we cannot open session 12` opens it with what you wrote
|   • `/escalate template` shows the template to copy
|   • *Escalate this*, in a message's menu, makes a case of that message
|   • `/escalate setup` fills this channel's roles, for those who answer here
|   • `/escalate disable`, `/escalate enable` and `/escalate report` (the last seven days in figures), for supervisors

# Lena uses the form.
lena types in #chat-support: /escalate
| 10:00 form for lena: # Chat support
|   *What you can try yourself:* The articles answer most questions: search there first.
|   • https://help.example.com/articles
|   Question:
|   Name:
|   E-mail: (Where a follow-up reaches you)
|   Phone:
|   Organisation: (n/a when you ask for yourself)
|   Page: (Where you were when you asked)
|   [Send] [Cancel]
lena fills in: Question = I cannot sign in any more; Name = Lena Ott; E-mail = lena@example.com; Organisation = Northwind
| 10:00 #chat-support: @Lena Ott asks Chat support:
|   *Question*
|   > I cannot sign in any more
|   *Name*
|   > Lena Ott
|   *E-mail*
|   > lena@example.com
|   *Organisation*
|   > Northwind
| 10:00 thread "<@U0LENA> asks Chat supp": *chat-1* · Chat support
|   > I cannot sign in any more
|   *Asked by:* Lena at 10:00 AM
|   *Owner:* nobody yet
|   *Turn:* ours, Lena has waited since 10:00 AM
|   *Next:* Agents are pinged again at 10:02 AM
|   [Claim] [Resolve] [Status | Tags | Canned answer]
| 10:00 thread "<@U0LENA> asks Chat supp": @Nadia Haddad, Lena needs an answer: “I cannot sign in any more”
|   If nobody claims it, Agents are pinged again at 10:02 AM.
|   [Claim] [Why me?]
| 10:00 only lena sees: Your case is filed as chat-1. The answer comes in its thread, and its card shows who is asked.

# Nadia is next. She begins with a canned answer, which makes the case hers.
nadia in thread: @firstline say hello
| 10:00 thread "<@U0LENA> asks Chat supp": *Nadia Haddad:*
|   Hello, thank you for asking. I am looking into it and answer here in a moment.
| 10:00 thread "<@U0LENA> asks Chat supp", edited: *Owner:* Nadia Haddad, since 10:00 AM
|   *Turn:* theirs, we have waited for Lena since 10:00 AM
|   *Next:* Lena is reminded at 10:10 AM
|   [Ask for help] [Hand over] [Hold] [Resolve] [Release | Status | Tags | Canned answer]

# The topic is clear, so she tags it at once: a chat may be cut short.
nadia in thread: @firstline tags acount
| 10:00 only nadia sees: acount is not a tag of this desk, so nothing was changed. Did you mean “account”? Choose among account, answered, app, article sent, billing, events, fixed, handed on, reports, website.
nadia in thread: @firstline tags account
| 10:00 thread "<@U0LENA> asks Chat supp", edited: *Tags:* account
| 10:00 only nadia sees: chat-1 is tagged account.
nadia in thread: @firstline say password
| 10:00 thread "<@U0LENA> asks Chat supp": *Nadia Haddad:*
|   To choose a new password:
|   1. Open https://help.example.com/new-password
|   2. Write the e-mail address that you sign in with
|   3. Open the link in the mail within an hour

# Lena says nothing for ten minutes, and is reminded, once. After an hour it would be closed, and a word from her
# would open it again.
wait 10m
| 10:10 thread "<@U0LENA> asks Chat supp": Lena, Nadia Haddad waits for your answer here.
|   Without one this is closed at 11:00 AM. It is not lost then: a reply opens it again.
|   [It is solved]
| 10:10 thread "<@U0LENA> asks Chat supp", edited: *Next:* the supervisor is pinged at 11:00 AM
lena in thread: It worked, sorry that I was away
| 10:10 thread "<@U0LENA> asks Chat supp", edited: *Turn:* ours, Lena has waited since 10:10 AM
|   *Next:* the supervisor is pinged at 10:16 AM

# Nadia resolves it: the form asks for what is missing, and knows the tags so far.
nadia presses [Resolve]
| 10:10 form for nadia: # Resolve
|   Area: account
|   Product:
|   Resolution:
|   Outcome:
|   What solved it:
|   [Resolve] [Cancel]
nadia fills in: Area = account; Resolution = article sent; Outcome = chat only
| 10:10 thread "<@U0LENA> asks Chat supp": Lena, is there anything else?
|   Nadia Haddad thinks that this is solved.
|   You can come back to this thread at any time: reopen it with the button, and you need not explain it anew.
|   Without a word from you it is resolved tomorrow at 10:10 AM.
|   [That is all] [Something else]
| 10:10 thread "<@U0LENA> asks Chat supp", edited: *Turn:* theirs, we have waited for Lena since 10:10 AM
|   *Next:* it is resolved tomorrow at 10:10 AM, unless Lena has something else
|   *Tags:* account, article sent

# Before the end Lena is asked whether there is anything else.
lena presses [That is all]
| 10:10 thread "<@U0LENA> asks Chat supp": Nadia Haddad resolved this: chat only, and Lena has nothing else.
|   Lena, did this help?
|   If it is not solved, reopen it, and somebody is asked again.
|   [yes] [partly] [no] [Reopen]
| 10:10 thread "<@U0LENA> asks Chat supp", edited: *Resolved:* by Nadia Haddad at 10:10 AM, and Lena has nothing else
|   *Asked by:* Lena
|   *Outcome:* chat only
|   [Reopen] [Status | Tags]
| 10:10 only lena sees: Done.
lena presses [yes]
| 10:10 only lena sees: Thank you. Your answer for chat-1 is “yes”.
|   [Add a remark]
