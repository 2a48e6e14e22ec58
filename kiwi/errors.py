"""The family tree of failures, and who acts on each.

KiwiError
├── BadBrief          the client     fixes the request
│   └── NothingHeard      the client     records it again
├── NoSuchTask        the client     asks for a task that exists
├── NoSuchPurchase    the operator   asks for a purchase of unknown outcome
├── NoSuchScene       the client     asks for a scene that the film has
├── NoSuchConversation  the client   asks for a conversation that exists
├── NoSuchDelivery    the client     asks for a delivery that exists
├── BadWebhook        the client     names an address that webhooks may go to
├── ConversationFull  the client     makes its film, or begins another conversation
├── NoSuchKey         the operator   asks for a key that was given out
├── QueueFull         the client     comes back later: enough films are waiting
├── OverLimit         the client     has as much as one owner may have, and the message names the limit
│   ├── TooManyFilms         …             waits until some are made
│   ├── DaySpent             …             comes back tomorrow, or wants a film that costs nothing
│   └── TooManyMegabytes     …             deletes some
├── DiskFull          the operator   frees space: no more is promised until then
├── TaskBusy          the client     waits: another process holds the task's thread
│   ├── HoldLost          the worker     stops: its hold was cut, or it froze and another process took the task
│   └── StaleRevision     the client     looks at the newer revision that the failure names
├── KeyReused         the client     sends another idempotency key with another brief
├── TaskOver          the worker     stops: the task has reached its end
├── StaleAttempt      the worker     stops: a later attempt has taken its place
├── SetupIncomplete   the operator   installs what is missing, frees what is full
├── RenderError       the operator   reads what the encoder said last
│   └── ChildDied         the workshop   has another child try: it was killed, crashed or fell silent
└── ProviderError     the operator   reads the message
    ├── ProviderBusy         the graph     tries again, honouring Retry-After
    │   └── ProviderUnreachable  the graph tries again: nothing was sent
    ├── ProviderRefused      the client    changes the brief
    ├── RequestRejected      the operator  updates the program: the provider's rules have changed
    ├── KeyRejected          the operator  corrects the key
    ├── OutOfCredits         the operator  tops the account up
    ├── OverBudget           the operator  raises the cap, or the client waits for tomorrow
    ├── OutcomeUnknown       the operator  looks up at the provider whether it was bought
    ├── TookTooLong          the operator  looks at the provider's queue
    ├── DownloadExpired      the camera    asks for a fresh address
    ├── DownloadCut          the camera    downloads again
    └── BadMedia             the operator  looks at what the provider sent
        └── AddressForbidden  the operator looks at where the provider says its media lies
"""


class KiwiError(Exception):
    """Something known went wrong; the message is one sentence for the person who can act on it.

    Every failure is a ValueError, where what was asked is at fault, or else a RuntimeError: hosts such as ``langgraph dev`` tell
    a client only the sentences of families that they know.
    """


class ClientFault(KiwiError, ValueError):
    """What was asked cannot be done; whoever asked can change that."""


class Unable(KiwiError, RuntimeError):
    """What was asked cannot be done now or here, whoever asks for it."""


class BadBrief(ClientFault):
    """The brief cannot become a film as it is; the message says what the client must change."""


class NothingHeard(BadBrief):
    """A recording holds no words; the message says how to record it again."""


class NoSuchTask(ClientFault):
    """No task has this id."""


class NoSuchPurchase(ClientFault):
    """No purchase of unknown outcome has this number."""


class NoSuchScene(ClientFault):
    """The film has no scene of this number, or none yet."""


class NoSuchConversation(ClientFault):
    """No conversation has this id."""


class NoSuchDelivery(ClientFault):
    """No delivery of a webhook has this id."""


class BadWebhook(ClientFault):
    """Webhooks may not go to this address."""


class ConversationFull(Unable):
    """As much has been said in a conversation as one may hold."""


class QueueFull(Unable):
    """As many films are waiting as the operator allows."""


class NoSuchKey(ClientFault):
    """No key that was given out has this prefix."""


class OverLimit(Unable):
    """An owner has as much as one may have."""

    limit = ""
    """What is limited, as programs know it."""


class TooManyFilms(OverLimit):
    """As many films of one owner are waiting or being made as may be."""

    limit = "films"


class DaySpent(OverLimit):
    """The films of one owner have cost today what they may."""

    limit = "spend_day"


class TooManyMegabytes(OverLimit):
    """The films of one owner take as much of the disk as they may."""

    limit = "megabytes"


class DiskFull(Unable):
    """Less is free on the disk than the operator keeps in reserve."""


class TaskBusy(Unable):
    """Another process is running this task's thread."""


class HoldLost(TaskBusy):
    """This process can no longer be sure that the task it works on is its own."""


class StaleRevision(TaskBusy):
    """What a person decided about is no longer as they saw it."""

    def __init__(self, message: str, revision: int) -> None:
        super().__init__(message)
        self.revision = revision
        """The one to look at."""


class KeyReused(ClientFault):
    """The idempotency key came before with another brief."""


class TaskOver(Unable):
    """The task has reached its end, which nothing changes any more."""


class StaleAttempt(Unable):
    """A later attempt has taken the task over; whatever this one found is void."""


class SetupIncomplete(Unable):
    """This machine lacks something the program needs; the message says what and how to get it."""


class RenderError(Unable):
    """Drawing, mixing, encoding or joining failed; the message carries what the tool said last."""


class ChildDied(RenderError):
    """The process that filled an order was killed, crashed or fell silent; it may have been no fault of the order."""


class ProviderError(Unable):
    """A provider failed for good; the message is what it said."""


class ProviderBusy(ProviderError):
    """A provider asks to be called again later."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds to wait as the provider named them, if it did."""


class ProviderRefused(ProviderError):
    """A provider will not make this; the client must change the brief."""


class ProviderUnreachable(ProviderBusy):
    """No connection to a provider: nothing was sent, so nothing was bought."""


class RequestRejected(ProviderError):
    """A provider finds a request malformed; ``field`` is what it names, if it does."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class KeyRejected(ProviderError):
    """A provider does not know the key, or the key may not do this."""


class OutOfCredits(ProviderError):
    """The account at a provider is empty or locked."""


class OverBudget(ProviderError):
    """Buying this would go over a cap; nothing was sent."""


class OutcomeUnknown(ProviderError):
    """A paid request was sent and no answer is known; it counts as bought and is never sent again by itself."""


class TookTooLong(ProviderError):
    """A provider did not finish within the deadline."""


class DownloadExpired(ProviderError):
    """The address of finished media no longer holds."""


class DownloadCut(ProviderError):
    """A download ended before the media did."""


class BadMedia(ProviderError):
    """What a provider sent is not the media it should be."""


class AddressForbidden(BadMedia):
    """Media is said to lie where nothing may be fetched: at no host of the provider's, or inside a network."""
