# A delivery about to fail: the playbook of the facilitator who is not there
at: 2026-12-01 08:48 Europe/London

# Sam at the service centre names the booking. Its owner is off shift, so the portfolio lead is pinged and Sam is
# offered the playbook of the scenario.
sam in #emergencies: Hi @here,
  Scenario: facilitator no-show
  Booking: B-1001
| 08:48 thread: *delivery-1* · Live deliveries
|   > facilitator no-show, B-1001
|   *Asked by:* Sam at 8:48 AM
|   *Owner:* nobody yet
|   *Turn:* ours, Sam has waited since 8:48 AM
|   *Next:* Portfolio lead is pinged again at 8:58 AM
|   *Booking:* B-1001, Giving feedback, session
|   *Session:* at 9:00 AM
|   *Owner of the booking:* Bo Lind, bo.lind@example.com
|   *Client:* Pat Hale, +44 20 7946 0101, pat.hale@client.example
|   *Facilitator:* Noor Aziz, +44 20 7946 0102
|   *Portfolio lead:* Grace Oduya, grace.oduya@example.com
|   [Claim] [Resolve] [Status | Start a playbook | Write an e-mail | Write down the booking]
| 08:48 thread: @Grace Oduya, Sam needs an answer: “facilitator no-show, B-1001”
|   Booking owner: Bo Lind is off shift until 9:00 AM. If nobody claims it, Portfolio lead is pinged again at 8:58 AM.
|   [Claim] [Why me?]
| 08:48 thread: Sam, Bo Lind cannot answer now. You can start the playbook *Facilitator no-show* now.
|   The facilitator is not in the session when it starts.
|   [Start the playbook] [Not now]
sam presses [Start the playbook]
| 08:48 thread, edited: The playbook *Facilitator no-show* was started.
| 08:48 thread: Sam started the playbook *Facilitator no-show*. Its times count from the session, which starts at 9:00 AM.
|   [Stop the playbook]
| 08:48 thread: *Facilitator no-show, phone:* Phone Noor Aziz, who leads the session: +44 20 7946 0102
|   For Sam, due at 8:53 AM.
|   [Reached] [Not reached] [I do it] [Not needed]
| 08:48 thread: *Facilitator no-show, to do:* Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001
|   For Sam, due at 8:53 AM.
|   [Done] [I do it] [Not needed]
| 08:48 thread, edited: *Playbook:* Facilitator no-show
|   *Due:* Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001 (for Sam, since 8:48 AM); Phone Noor Aziz, who leads the session: +44 20 7946 0102 (for Sam, since 8:48 AM)
|   *Then:* E-mail Pat Hale: we are contacting the facilitator (at 9:00 AM); Is Noor Aziz in the session now? (at 9:15 AM)

# Phone first. Meanwhile Kofi dials in: several people can work on one playbook.
sam presses [Not reached]
| 08:48 thread, edited: Phone Noor Aziz, who leads the session: +44 20 7946 0102: *not reached* (Sam, at 8:48 AM)
| 08:48 thread: *Facilitator no-show, phone:* Phone Noor Aziz once more: +44 20 7946 0102
|   For Sam, due at 8:53 AM.
|   [Reached] [Not reached] [I do it] [Not needed]
| 08:48 thread, edited: *Done:* Phone Noor Aziz, who leads the session: +44 20 7946 0102: not reached
|   *Due:* Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001 (for Sam, since 8:48 AM); Phone Noor Aziz once more: +44 20 7946 0102 (for Sam, since 8:48 AM)
kofi presses [Done]
| 08:48 thread, edited: Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001: *done* (Kofi Mensah, at 8:48 AM)
| 08:48 thread, edited: *Done:* Phone Noor Aziz, who leads the session: +44 20 7946 0102: not reached; Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001
|   *Due:* Phone Noor Aziz once more: +44 20 7946 0102 (for Sam, since 8:48 AM)
sam presses [Not reached]
| 08:48 thread, edited: Phone Noor Aziz once more: +44 20 7946 0102: *not reached* (Sam, at 8:48 AM)
| 08:48 thread, edited: *Done:* Phone Noor Aziz, who leads the session: +44 20 7946 0102: not reached; Phone Noor Aziz once more: +44 20 7946 0102: not reached; Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001

# At the session's start the client is written to. A person reads the e-mail and sends it.
wait 12m
| 08:58 thread: @Grace Oduya, still nobody has this (ping 2). Sam needs an answer: “facilitator no-show, B-1001”
|   If nobody claims it, the supervisor is pinged at 9:18 AM.
|   [Claim] [Why me?]
| 08:58 thread, edited: *Next:* the supervisor is pinged at 9:18 AM
| 09:00 thread: *Facilitator no-show, e-mail:* E-mail Pat Hale: we are contacting the facilitator
|   For Sam, due at 9:05 AM.
|   [Write the e-mail] [Sent another way] [I do it] [Not needed]
| 09:00 thread, edited: *Due:* E-mail Pat Hale: we are contacting the facilitator (for Sam, since 9:00 AM)
|   *Then:* Is Noor Aziz in the session now? (at 9:15 AM)
sam presses [Write the e-mail]
| 09:00 form for sam: # Write an e-mail
|   *Facilitator has not joined.* No mail server is set up here: copy this into your mail program, send it from there, and then say so below. Phone first, if you have not: Pat Hale, +44 20 7946 0101.
|   To: (Several with commas between.) pat.hale@client.example
|   Copy to: bo.lind@example.com, grace.oduya@example.com
|   Subject: Giving feedback on Tuesday 1 December 2026: we are contacting your facilitator
|   Text: Dear Pat Hale,
|   I am writing about your session "Giving feedback", planned for Tuesday 1 December 2026 at 09:00 (Europe/London) with Noor Aziz.
|   Noor Aziz has not joined the session so far. We are contacting them by phone, and a colleague is in the session to meet your participants. I will write to you again as soon as I know more.
|   If you would like to talk about it, please answer to this e-mail with a number on which I can call you.
|   Kind regards,
|   Sam
|   Service Centre
|   [I sent it] [Cancel]
sam fills in: Subject = Giving feedback this morning: we are contacting your facilitator
| 09:00 thread: Sam says that the e-mail “Giving feedback this morning: we are contacting your facilitator” went to pat.hale@client.example, with bo.lind@example.com and grace.oduya@example.com in copy.
| 09:00 thread, edited: E-mail Pat Hale: we are contacting the facilitator: *sent* (Sam, at 9:00 AM)
| 09:00 thread, edited: *Done:* Phone Noor Aziz, who leads the session: +44 20 7946 0102: not reached; Phone Noor Aziz once more: +44 20 7946 0102: not reached; Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001; E-mail Pat Hale: we are contacting the facilitator
|   *E-mail:* “Giving feedback this morning: we are contacting your facilitator” was sent to pat.hale@client.example by Sam at 9:00 AM

# Fifteen minutes past the start it is decided.
wait 15m
| 09:15 thread: *Facilitator no-show, question:* Is Noor Aziz in the session now?
|   For Sam, due at 9:20 AM.
|   [Yes] [No, and not answering]
| 09:15 thread, edited: *Due:* Is Noor Aziz in the session now? (for Sam, since 9:15 AM)
sam presses [No, and not answering]
| 09:15 thread, edited: Is Noor Aziz in the session now?: *No, and not answering* (Sam, at 9:15 AM)
| 09:15 thread: *Facilitator no-show, to do:* Tell the participants that the session cannot go ahead and will be rescheduled
|   For Sam, due at 9:20 AM.
|   [Done] [I do it] [Not needed]
| 09:15 thread, edited: *Done:* 1 more; Phone Noor Aziz once more: +44 20 7946 0102: not reached; Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001; E-mail Pat Hale: we are contacting the facilitator; Is Noor Aziz in the session now?: No, and not answering
|   *Due:* Tell the participants that the session cannot go ahead and will be rescheduled (for Sam, since 9:15 AM)
|   *Then:* Phone Pat Hale: it did not go ahead and will be rescheduled. +44 20 7946 0101
sam presses [Done]
| 09:15 thread, edited: Tell the participants that the session cannot go ahead and will be rescheduled: *done* (Sam, at 9:15 AM)
| 09:15 thread: *Facilitator no-show, phone:* Phone Pat Hale: it did not go ahead and will be rescheduled. +44 20 7946 0101
|   For Sam, due at 9:20 AM.
|   [Reached] [Not reached] [I do it] [Not needed]
| 09:15 thread, edited: *Done:* 2 more; Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001; E-mail Pat Hale: we are contacting the facilitator; Is Noor Aziz in the session now?: No, and not answering; Tell the participants that the session cannot go ahead and will be rescheduled
|   *Due:* Phone Pat Hale: it did not go ahead and will be rescheduled. +44 20 7946 0101 (for Sam, since 9:15 AM)
|   *Then:* Resolve the case: did not go ahead
sam presses [Reached]
| 09:15 thread, edited: Phone Pat Hale: it did not go ahead and will be rescheduled. +44 20 7946 0101: *reached* (Sam, at 9:15 AM)
| 09:15 thread: *Facilitator no-show, the end:* Resolve the case: did not go ahead
|   For Sam, due at 9:20 AM.
|   [Resolve]
| 09:15 thread, edited: *Done:* 3 more; E-mail Pat Hale: we are contacting the facilitator; Is Noor Aziz in the session now?: No, and not answering; Tell the participants that the session cannot go ahead and will be rescheduled; Phone Pat Hale: it did not go ahead and will be rescheduled. +44 20 7946 0101: reached
|   *Due:* Resolve the case: did not go ahead (for Sam, since 9:15 AM)

# What is left is to say how it ended, and through whose fault. The booking's owner and the channel are told.
sam presses [Resolve]
| 09:15 form for sam: # Resolve
|   Did it go ahead?: did not go ahead
|   If not, through whose fault?: (Only for: did not go ahead.)
|   What solved it:
|   [Resolve] [Cancel]
sam fills in: Did it go ahead? = did not go ahead; If not, through whose fault? = through nobody's fault; What solved it = Rescheduled with Pat
| 09:15 thread and #emergencies: Sam resolved this: did not go ahead through nobody's fault.
|   > Rescheduled with Pat
|   If it is not solved, reopen it, and somebody is asked again.
|   [Reopen]
| 09:15 thread, edited: Resolve the case: did not go ahead: *done* (Sam, at 9:15 AM)
| 09:15 thread, edited: *Resolved:* by Sam at 9:15 AM
|   *Asked by:* Sam
|   *Outcome:* did not go ahead through nobody's fault
|   *Solution:* Rescheduled with Pat
|   *Playbook:* Facilitator no-show (ended with the case)
|   [Reopen] [Status]
| 09:15 DM to bo: This is how delivery-1 ended, about which Sam asked.
|   *Booking:* B-1001, Giving feedback, session
|   *Session:* at 9:00 AM
|   *Outcome:* did not go ahead through nobody's fault
|   *Solution:* Rescheduled with Pat
|   *Resolved:* by Sam at 9:15 AM
|   *E-mail:* “Giving feedback this morning: we are contacting your facilitator” was sent to pat.hale@client.example by Sam at 9:00 AM
|   *Playbook:* Facilitator no-show (ended with the case)
|   • Phone Noor Aziz, who leads the session: +44 20 7946 0102: not reached (Sam, 8:48 AM)
|   • Phone Noor Aziz once more: +44 20 7946 0102: not reached (Sam, 8:48 AM)
|   • Dial into the session, so that somebody meets the participants: https://live.example.com/s/1001 (Kofi Mensah, 8:48 AM)
|   • E-mail Pat Hale: we are contacting the facilitator (Sam, 9:00 AM)
|   • Is Noor Aziz in the session now?: No, and not answering (Sam, 9:15 AM)
|   • Tell the participants that the session cannot go ahead and will be rescheduled (Sam, 9:15 AM)
|   • Phone Pat Hale: it did not go ahead and will be rescheduled. +44 20 7946 0101: reached (Sam, 9:15 AM)
