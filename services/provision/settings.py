"""What an operator can say to the provisioner, as flags or as `PROVISION_*` variables."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.kit.settings import ServiceSettings
from services.provision.layout import ACK_WAIT


class Settings(ServiceSettings):
    """How to reach the broker and what to make there."""

    model_config = SettingsConfigDict(env_prefix="PROVISION_", frozen=True, extra="ignore")

    secrets: Path = Field(description="the folder of all secrets, or the provisioner's own in it")
    channels: Path = Path("channels.toml")
    replicas: int = Field(default=1, description="1 for one machine, 3 for a cluster")
    ack_wait: timedelta = Field(default=ACK_WAIT, gt=timedelta(0))
    port: int = 0
    """The provisioner listens nowhere."""

    @property
    def seed(self) -> str:
        """The provisioner's own key. In a container its own folder is all that it sees."""
        own = self.secrets / "provision"
        return (
            self.model_copy(update={"secrets": own}).secret("nkey")
            if own.is_dir()
            else self.secret("nkey")
        )
